"""Carriers as use cases: their set-up, who takes a carton for how much, and the buying of labels."""

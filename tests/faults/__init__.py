"""What breaks while people work: each test ends with a proven ledger, nothing lost, nothing double."""

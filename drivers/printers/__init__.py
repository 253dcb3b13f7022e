"""Label printers: the label model, its picture, its ZPL, and printing with proof."""

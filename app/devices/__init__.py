"""From settings to drivers, from drivers' values to the warehouse's nouns; the print spooler."""

"""What people see: Qt screens."""

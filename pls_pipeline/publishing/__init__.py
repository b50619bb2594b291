"""What people see of the library: files, report, the analysts' database, history and trace."""

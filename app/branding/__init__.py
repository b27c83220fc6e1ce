"""How an application looks on the pages that people see on their way to it: logo and colour."""

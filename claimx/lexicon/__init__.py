"""The words of the domain as data, and what reads them."""

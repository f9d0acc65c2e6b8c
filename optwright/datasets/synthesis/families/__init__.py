"""One module a family of problems; `catalogue` lists them."""

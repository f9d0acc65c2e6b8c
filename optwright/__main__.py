"""`python -m optwright` is the command line."""

from optwright.cli import main

if __name__ == "__main__":
    main()

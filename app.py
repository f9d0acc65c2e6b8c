"""Start the app: `python app.py`, the same as `optwright app`, options included."""

import sys

from optwright.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "app")
    main()

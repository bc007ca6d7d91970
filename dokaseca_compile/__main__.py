"""``python -m dokaseca_compile`` is ``dokaseca``."""

from dokaseca_compile.cli.app import run

if __name__ == "__main__":
    run()

"""Which program this is. A constant, not looked up: deployed as an egg, a package does not know its name."""

VERSION = "0.1.0"

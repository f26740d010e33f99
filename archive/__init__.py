"""Raw pages, articles and their history, in one SQLite file. No network, no Scrapy."""

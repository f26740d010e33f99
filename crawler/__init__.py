"""The network side: the Scrapy project that fills an archive."""

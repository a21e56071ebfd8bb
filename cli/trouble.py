"""What a command cannot go on with, said for who typed it."""


class ArticleUnreadable(Exception):
    """A file is not what it must be; the message names it."""

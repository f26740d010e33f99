"""Programs of the user's own, from a distribution that is really installed: a folder with its .dist-info."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.errors import HookFailed
from archive.extraction import hooks
from archive.extraction.site import Site
from archive.models import Claim
from archive.workers import InProcess, PageFailed
from tests.extraction.pages import STORY, TITLE, URL, article_page, extracted, values
from tests.typing_morgue import Desk

PROGRAM = """\
from dataclasses import replace
from archive import Article, Page

calls = []

def tidy(page, tree, article):
    calls.append(page.url)
    return replace(article, title=tree.findtext(".//h1").upper(), authors=["Ann Lee"])

def leave(page, tree, article):
    tree.find(".//body").clear()
    return None

def fail(page, tree, article):
    raise ValueError("no such box")

def wrong(page, tree, article):
    return article.title

def odd(page, tree, article):
    return replace(article, tags=("a", 3))
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution with these entry points: name to function."""

    def put(distribution: str = "harbour-hooks", **points: str) -> None:
        module = distribution.replace("-", "_")
        folder = tmp_path / module
        info = folder / f"{module}-1.2.dist-info"
        info.mkdir(parents=True)
        (folder / f"{module}.py").write_text(PROGRAM)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
        lines = [f"{name.replace('_', '.')} = {module}:{function}" for name, function in points.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{hooks.GROUP}]", *lines]))
        monkeypatch.syspath_prepend(folder)
        hooks._installed.cache_clear()

    yield put
    hooks._installed.cache_clear()
    sys.modules.pop("harbour_hooks", None)


def test_a_hook_has_the_last_word_on_its_hosts_pages_and_is_named(install: Install) -> None:
    install(**{"harbour-post_com": "tidy"})
    found = extracted(article_page())
    assert (found.article.title, found.article.authors) == (TITLE.upper(), ("Ann Lee",))
    assert found.article.text.split("\n\n") == list(STORY)
    assert found.hook == "harbour-post.com (harbour-hooks 1.2)"
    assert [claim for claim in found.claims if claim.chosen and claim.field in ("title", "author")] == [
        Claim("title", TITLE.upper(), "hook", "harbour-post.com", chosen=True),
        Claim("author", "Ann Lee", "hook", "harbour-post.com", chosen=True),
    ]
    assert (TITLE, "h1", False) in values(found.claims, "title")
    other = extracted(article_page(), url="https://www.hilltop.example/a")
    assert (other.hook, other.article.title) == ("", TITLE)


def test_a_hook_may_be_named_after_its_source(install: Install) -> None:
    install(Harbour="tidy", **{"harbour-post_com": "fail"})
    assert extracted(article_page(), site=Site(name="harbour")).hook == "Harbour (harbour-hooks 1.2)"


def test_none_leaves_things_as_they_are_and_the_tree_is_the_hooks_own(install: Install) -> None:
    without = extracted(article_page())
    install(**{"www_harbour-post_com": "leave"})
    found = extracted(article_page())
    assert (found.article, found.claims) == (without.article, without.claims)
    assert found.hook == "www.harbour-post.com (harbour-hooks 1.2)"


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("fail", "hook harbour-post.com: ValueError: no such box"),
        ("wrong", "hook harbour-post.com: gave str, not an Article or None"),
        ("odd", "hook harbour-post.com: tags cannot be ('a', 3)"),
        ("none", "hook harbour-post.com: AttributeError: module 'harbour_hooks' has no attribute 'none'"),
    ],
)
def test_a_hook_that_fails_fails_the_page_in_its_name(install: Install, function: str, said: str) -> None:
    install(**{"harbour-post_com": function})
    with pytest.raises(HookFailed) as raised:
        extracted(article_page())
    assert str(raised.value) == said
    failure = InProcess().submit(extracted, article_page()).exception()
    assert isinstance(failure, PageFailed)
    assert str(failure) == said


def test_two_hooks_of_one_name_are_none(install: Install) -> None:
    install(**{"harbour-post_com": "tidy"})
    install("other-hooks", **{"harbour-post_com": "tidy"})
    with pytest.raises(
        HookFailed, match=r"^hook harbour-post\.com: other-hooks 1\.2 and harbour-hooks 1\.2 both bring"
    ):
        extracted(article_page())


def test_in_the_archive_a_failing_hook_costs_its_pages_only_and_a_good_one_is_named(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "desk")
    desk.folder.mkdir()
    for name, url in (("a", URL), ("b", "https://www.hilltop.example/town/wall")):
        (desk.folder / f"{name}.html").write_text(article_page(head=f"<link rel='canonical' href='{url}'>"))
    install(**{"harbour-post_com": "fail"})
    path = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{path}{os.pathsep}{tmp_path / 'harbour_hooks'}")
    assert desk.type_anew("import", "a.html", "b.html").err.splitlines()[-1] == "2 pages: 1 failed, 1 new"
    left = desk.type(
        "sql", "SELECT reason, hook FROM fetches LEFT JOIN articles ON articles.fetch_id = fetches.id", "--json"
    )
    assert left.rows == [
        {"reason": "hook harbour-post.com: ValueError: no such box", "hook": None},
        {"reason": None, "hook": None},
    ]
    points = next((tmp_path / "harbour_hooks").glob("*/entry_points.txt"))
    points.write_text(points.read_text().replace("fail", "tidy"))
    assert desk.type_anew("re-extract").err == "read 2 pages again: 1 new, 1 unchanged\n"
    row = next(row for row in desk.rows() if row["url"] == URL)
    assert row["title"] == TITLE.upper()
    shown = desk.type("show", URL).out
    line = f"extractor {row['extractor_version']} · hook harbour-post.com (harbour-hooks 1.2)"
    assert line in shown.splitlines()

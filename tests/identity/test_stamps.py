import pytest

from archive.identity.blocks import blocks_hash, same_story, story_blocks
from archive.identity.stamps import heads_box, is_label, is_plea, is_stamp

STAMPS = """
    Updated 5 minutes ago | 12 views | 1,204 comments
    Last updated: 2 March 2026, 14:05 GMT | 3 min read | an hour ago
    Aktualisiert vor 5 Minuten | Stand: 02.03.2026, 14:05 Uhr
    Lesezeit: 4 Min. | vor einer Stunde | 14 Kommentare
    Mis à jour il y a 12 min | Publié le 2 mars 2026 à 14h05
    Temps de lecture : 3 min | 18 commentaires
    Actualizado hace 5 minutos | Lectura: 4 min
    Compartido 120 veces | hace 2 horas
    Atualizado há 3 horas | 3 comentários
    Aggiornato 12 minuti fa | Letto 1.204 volte | 5 minuten geleden
    Uppdaterad för 12 minuter sedan | for 3 timer siden
    Päivitetty 12 minuuttia sitten | 12 minut temu | před 5 minutami
    Обновлено 5 минут назад | Просмотры: 1 204 | 2 марта 2026, 14:05
    5 dakika önce | 12 menit lalu | πριν από 5 λεπτά
    5分前に更新 | 2026年3月2日 14時05分 更新 | コメント 12件 | 閲覧数 1,204
    更新于5分钟前 | 阅读 1204 | 评论 12 | 3小时前
    5분 전 업데이트 | 조회수 1,204 | 댓글 12개
    입력 2026.03.02. 14:05 | قبل 5 دقائق | آخر تحديث: منذ 12 دقيقة | ١٢ تعليقا
    עודכן לפני 5 דקות | 12 תגובות | 5 मिनट पहले
    12 टिप्पणियां | 5 นาทีที่แล้ว | 3 °C, 97 % | DAX 18.234 +0,4 %
"""
PROSE = """
    The council met at 14:05 on Monday. | Five people were hurt.
    The race took 58 minutes. | Arsenal 2, Chelsea 1
    Inflation: 3.4 % | In 2026 waren es 14 Schiffe.
    Rund 6.800 Haushalte | 41 Verletzte in Hamm | Berlin 1.234
    Le 2 mars 1998, la ville changea. | Il marzo scorso i soci erano 12.
    住民は150人だった。 | 3月には5人が亡くなった。
    三名工人受伤，其中一人重伤。 | 5명이 다쳤다. | قتل 5 أشخاص في الحادث
    5 लोग घायल हुए | A minute of silence | Comment
    What happens next | March of the robots
    Mar del Plata recibe 12 barcos | Updated rules for 14 towns
"""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\n", "|").split("|") if line.strip()]


@pytest.mark.parametrize("line", lines(STAMPS))
def test_ages_dates_of_change_and_counters_are_stamps(line: str) -> None:
    assert is_stamp(line)


@pytest.mark.parametrize("line", lines(PROSE))
def test_lines_of_a_story_are_none(line: str) -> None:
    assert not is_stamp(line)


def test_labels_and_headings_of_boxes_are_told_from_headings_of_a_story() -> None:
    assert all(map(is_label, ("Advertisement", "- Anzeige -", "広告", "إعلان", "Share this article")))
    assert all(map(heads_box, ("Related stories", "Lesen Sie auch:", "À lire aussi", "関連記事", "Читайте также:")))
    assert not any(map(is_label, ("Advertisement spending fell", "Print is not dead")))
    assert not any(map(heads_box, ("Related deaths rose", "Most read books of the year, by county", "What we know")))


FIRST = (
    "The bridge at Harwick will close on Monday after cracks were found in two of its five girders, the county said."
)
SECOND = "Repairs are expected to cost 3.6 million and to last nine weeks, most of it in the villages beyond the river."


def text(*blocks: str) -> str:
    return "\n\n".join(blocks)


def test_what_stands_around_a_story_makes_no_difference() -> None:
    story = text(FIRST, SECOND)
    for other in (
        text("Updated 5 minutes ago", FIRST, SECOND, "12 comments"),
        text(FIRST, "Advertisement", SECOND),
        text(FIRST, "Related stories", "Ferry returns after the winter", "Two swans close the ring road", SECOND),
        text(FIRST.replace(" ", "\u00a0"), SECOND.upper()),
        text(FIRST + " Updated 5 minutes ago.", SECOND),
        text("By Ann Lee | Updated 5 minutes ago", FIRST, SECOND).replace("By Ann Lee | ", ""),
    ):
        assert same_story(story, other)
        assert blocks_hash(story) == blocks_hash(other)


def test_counters_beside_a_byline_are_left_out_of_it() -> None:
    assert story_blocks("By Ann Lee | Updated 5 minutes ago | 12 comments") == ("By Ann Lee",)


def test_order_counts_for_paragraphs_and_not_for_short_lines() -> None:
    caption = "The bridge seen from Quay Street"
    assert same_story(text(caption, FIRST, SECOND), text(FIRST, SECOND, caption))
    assert not same_story(text(FIRST, SECOND), text(SECOND, FIRST))


def test_a_few_lines_that_are_no_sentences_may_come_and_go_but_not_be_reworded() -> None:
    story, heading = text(FIRST, SECOND), "What happens to the old bridge"
    for loose in ("(dmk)", "Ann Lee and Bo Berg at the bridge", "Two swans close the ring road"):
        assert same_story(story, text(FIRST, loose, SECOND))
        assert blocks_hash(story) == blocks_hash(text(FIRST, loose, SECOND))
    assert not same_story(text(FIRST, heading, SECOND), text(FIRST, heading.replace("old", "new"), SECOND))
    for firm in ("It will reopen.", "Harwick 2, Ashcombe 1"):
        assert not same_story(story, text(FIRST, firm, SECOND))
    assert not same_story(story, text(FIRST, *(f"Name {letter} of the list" for letter in "abcdefgh"), SECOND))


def test_a_word_a_mark_or_a_number_makes_a_difference() -> None:
    for edited in (FIRST.replace("Monday", "Tuesday"), FIRST.replace(", the", " the"), FIRST.replace("five", "six")):
        assert not same_story(text(FIRST, SECOND), text(edited, SECOND))


PLEAS = """
    Get the morning briefing in your inbox. Sign up to our newsletter.
    We use cookies to make this site work. Accept all.
    Der Morgenbrief per E-Mail: jetzt Newsletter bestellen.|Recevez l’essentiel : inscrivez-vous à notre newsletter.
    Suscríbete al boletín y recibe las noticias.
    Subscreva a newsletter e receba as notícias.|Folgen Sie uns auf WhatsApp.
    毎朝のニュースをメールでお届けします。メルマガ登録はこちら。|뉴스레터 구독하기
    اشترك في نشرتنا البريدية|Подпишитесь на рассылку.
"""


@pytest.mark.parametrize("line", [line.strip() for line in PLEAS.replace("\n", "|").split("|") if line.strip()])
def test_calls_to_subscribe_and_cookie_notes_are_no_part_of_a_story(line: str) -> None:
    assert is_plea(line)
    assert story_blocks(text(FIRST, line, SECOND)) == (FIRST, SECOND)


@pytest.mark.parametrize(
    "line",
    [
        "The company sent a newsletter to 40 members in May.",
        "She posted the film on Facebook, where it was seen by thousands.",
        "The minister baked cookies for the children of the village.",
    ],
)
def test_stories_that_speak_of_letters_and_cookies_are_none(line: str) -> None:
    assert not is_plea(line)

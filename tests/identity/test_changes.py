"""What is called what: pairs of versions of our own writing, in many languages."""

from dataclasses import replace

import pytest

from archive.identity.changes import Edit, Version, compare
from archive.identity.figures import figure, figures
from archive.identity.notes import is_note, tells_of_change

ONE = "The bridge at Harwick, which carries 14,200 vehicles a day, will close on Monday after cracks were found in it."
TWO = '"We would rather lose nine weeks than lose a bridge," said Councillor Ian Petherbridge after the meeting.'
THREE = "A temporary ferry will carry foot passengers and bicycles between seven in the morning and ten at night."
FOUR = "The bridge was opened in 1934 and was last strengthened in 1979, when heavy lorries were banned from it."
STORY = (ONE, TWO, THREE, FOUR)


def version(*paragraphs: str, title: str = "Harwick bridge to close", modified: str = "9:00") -> Version:
    return Version(title, "", "\n\n".join(paragraphs), modified)


def edited(*paragraphs: str, **more: str) -> Edit:
    return compare(version(*STORY), version(*paragraphs, **more))


def test_a_changed_figure_is_one_and_silent_where_nobody_is_told() -> None:
    changed = ONE.replace("14,200", "12,400")
    edit = edited(changed, TWO, THREE, FOUR)
    assert (edit.classes, edit.figures, edit.silent) == (("figures changed",), (("14200", "12400"),), True)
    assert (edit.added, edit.removed, edit.moved) == (1, 1, 0)
    assert not edited(changed, TWO, THREE, FOUR, modified="10:00").silent
    assert not edited(changed, TWO, THREE, FOUR, "Correction: The number of vehicles was wrong.").silent
    assert not edited(changed, TWO, THREE, FOUR, "This article has been updated.").silent


def test_a_paragraph_that_moved_changes_no_figures() -> None:
    assert edited(FOUR, ONE, TWO, THREE).classes == ("minor",)
    assert edited(FOUR, ONE, TWO, THREE).moved == 1
    assert edited(TWO, FOUR, THREE).classes == ("text removed",)
    longer = edited(ONE, "Repairs are expected to cost 3.6 million pounds, the council said.", FOUR, TWO, THREE)
    assert longer.classes == ("text added",)


def test_another_format_or_the_word_for_a_number_is_no_other_figure() -> None:
    for same in ("14.200", "14 200", "14\u202f200", "14200"):
        assert edited(ONE.replace("14,200", same), TWO, THREE, FOUR).figures == ()
    assert edited(ONE, TWO.replace("nine", "9"), THREE, FOUR).figures == ()
    assert edited(ONE, TWO.replace("nine", "ten"), THREE, FOUR).figures == (("9", "10"),)


def test_words_between_quotation_marks_are_a_quote() -> None:
    changed = edited(ONE, TWO.replace("lose nine weeks", "close it for the summer"), THREE, FOUR)
    assert "quote changed" in changed.classes
    assert edited(ONE, TWO.replace("after the meeting", "on his way out"), THREE, FOUR).quotes == 0
    typo = edited(ONE, TWO.replace("bridge,", "brigde,"), THREE, FOUR)
    assert (typo.classes, typo.silent) == (("minor",), False)


def test_a_quotation_over_several_sentences_is_one() -> None:
    old = '"It was dark. We could not see a thing from there. I called my sister," said Ann Lee.'
    new = old.replace("could not see a thing", "saw everything")
    assert compare(version(old), version(new)).classes == ("quote changed",)


def test_articles_and_prepositions_of_a_quotation_are_put_right_without_another_meaning() -> None:
    old = 'She said: "We will go to the lake in a boat and not by the road."'
    assert compare(version(old), version(old.replace("in a boat", "on the boat"))).classes == ("minor",)
    assert compare(version(old), version(old.replace(" not", ""))).classes == ("quote changed",)


def test_quotation_marks_of_one_stroke_end_and_apostrophes_do_not() -> None:
    old = "‘It wasn’t dark at all,’ she said, and the boats’ crews went home early."
    assert compare(version(old), version(old.replace("early", "later"))).quotes == 0
    assert compare(version(old), version(old.replace("dark at all", "cold up there"))).quotes == 1


def test_numbers_after_abbreviations_belong_to_their_sentence() -> None:
    old = "He faces ten years in prison, and sentencing is scheduled for Feb. 14."
    assert compare(version(old), version(old.replace("14", "21"))).classes == ("figures changed",)


def test_headlines_are_changed_by_words_and_not_by_case_and_marks() -> None:
    assert edited(*STORY, title="Cracks shut Harwick bridge").classes == ("headline changed",)
    assert edited(*STORY, title="Cracks shut Harwick bridge").silent
    assert edited(*STORY, title="HARWICK BRIDGE: to close").classes == ("minor",)
    assert edited(*STORY, title="").classes == ("minor",)


def test_names_are_told_by_capitals() -> None:
    renamed = edited(ONE, TWO.replace("Ian Petherbridge", "Dora Quill"), THREE, FOUR)
    assert (renamed.classes, renamed.names, renamed.silent) == (
        ("minor",),
        (("Ian Petherbridge", "Dora Quill"),),
        True,
    )
    assert edited(ONE, TWO.replace("Petherbridge", "Petherbrigde"), THREE, FOUR).names == ()
    assert edited(ONE.replace("Monday", "Tuesday"), TWO, THREE, FOUR).names == ()


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        (
            "Die neuen Maschinen seien leiser als das alte Kraftwerk.",
            "Die neuen Geräte seien leiser als das alte Werk.",
            0,
        ),
        ("Das sagte Bürgermeisterin Almut Reiser dem Rat.", "Das sagte Bürgermeisterin Gesine Thoms dem Rat.", 1),
        ("园区管理处主任高明远说，最困难的是清理。", "园区管理处主任沈立群说，最困难的是清理。", 1),
        ("清澈的河水重新流进滩涂。", "浑浊的河水重新流进滩涂。", 0),
        ("وقال مدير الميناء عادل الصباغ إن العمل بدأ", "وقال مدير الميناء نبيل الحموي إن العمل بدأ", 1),
        ("은하시 경제국장 한도윤 씨는 설명했다.", "은하시 경제국장 서지호 씨는 설명했다.", 1),
    ],
)
def test_names_in_other_scripts_and_among_capital_nouns(old: str, new: str, names: int) -> None:
    assert len(compare(version(old), version(new)).names) == names


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("復旧には18億4千万円が必要だ。", "復旧には14億8千万円が必要だ。", "figures changed"),
        ("六名工人在事故中受伤。", "七名工人在事故中受伤。", "figures changed"),
        ("وأصيب ٤٦ شخصا في الحادث أمس.", "وأصيب ٦٤ شخصا في الحادث أمس.", "figures changed"),
        ("Il y avait douze personnes à bord.", "Il y avait quinze personnes à bord.", "figures changed"),
        ("Es kostet 3,6 Millionen Euro im Jahr.", "Es kostet 3,6 Milliarden Euro im Jahr.", "figures changed"),
        (
            "社長は「苦しい判断だが立ち行かない」と述べた。",
            "社長は「苦渋の決断だが残したい」と述べた。",
            "quote changed",
        ),
        ("«Nous sommes tristes», dit la maire.", "«Nous sommes en colère», dit la maire.", "quote changed"),
        ("„Wir warten seit Jahren“, sagte sie.", "„Wir haben lange gewartet“, sagte sie.", "quote changed"),
        ("Он сказал: «Мы лечим старый парк».", "Он сказал: «Мы сажаем новый парк».", "quote changed"),
        ("町は意見を聞く場を設ける。", "町は意見を聴く場を設ける。", "minor"),
        ("The mayor will be there on Monday.", "The mayor would be there on Monday.", "minor"),
    ],
)
def test_edits_of_a_sentence_in_other_languages(old: str, new: str, named: str) -> None:
    beside = "Eine andere Zeile, die bleibt."
    assert compare(version(old, beside), version(new, beside)).main == named


def test_sentences_that_came_and_went_are_named_by_the_greater_part() -> None:
    more = "It has been free of charge since the town bought it from the county, for a pound, in 1988."
    assert edited(ONE, TWO, THREE + " " + more, FOUR).classes == ("text added",)
    assert edited(ONE, THREE, FOUR, "The council meets again.").classes == ("text removed", "text added")
    assert edited(ONE, TWO, more, FOUR).classes[0] in ("text added", "text removed")
    parted = edited(
        ONE.replace(", which carries 14,200 vehicles a day, will", " carries 14,200 vehicles a day. It will"),
        *STORY[1:],
    )
    assert parted.classes == ("minor",)


NOTES = """
Correction: An earlier version of this article gave the wrong number.|This story has been corrected.
Editor's note: This article was amended on 3 March to correct the spelling of a name.|CORRECTION
Korrektur: In einer früheren Fassung hieß es, die Brücke sei gesperrt.|In einer früheren Version war die Zahl falsch.
Rectificatif : le montant était erroné.|Une première version de cet article indiquait un coût erroné.
Fe de errores: el dato ha sido corregido.|Errata corrige: il numero era sbagliato.|Correção: o número estava errado.
Correctie: in een eerdere versie stond een verkeerd bedrag.|Rättelse: I en tidigare version angavs fel antal.
Sprostowanie: podaliśmy błędną liczbę.|Исправление: сумма была указана неверно.
Düzeltme: Haberin ilk halinde hata vardı.
Редакция приносит извинения читателям.
訂正：当初の記事で数字に誤りがありました。|更正：本文较早版本中数字有误。
[정정] 이전 기사에서 숫자가 잘못 표기되어 바로잡습니다.
تصحيح: ورد في نسخة سابقة رقم خاطئ.|תיקון טעות: בגרסה קודמת צוין מספר שגוי.|भूल सुधार: पहले संस्करण में लागत गलत लिखी गई थी।
"""
NO_NOTES = """
The ministry later corrected the figure it had given on Monday.|Correction of the river course will begin in May.
The company admitted that an error was made in its accounts.|He was sent to a house of correction.
Die Behörde korrigierte die Zahl nach oben.|Le ministre a corrigé ses propos.|La rettifica del fiume inizia a maggio.
Editor's note: This is an opinion column and reflects the views of its author.
市は誤りを認めた。|市政府承认数据有误。|The first version of the bridge was built of wood.
Update on the ferry: it sails again.
"""


@pytest.mark.parametrize("note", NOTES.strip().replace("\n", "|").split("|"))
def test_notes_of_corrections_are_told(note: str) -> None:
    assert is_note(note)
    assert compare(version(*STORY), version(*STORY, note)).classes == ("correction noted",)


@pytest.mark.parametrize("sentence", NO_NOTES.strip().replace("\n", "|").split("|"))
def test_what_a_story_tells_of_corrections_is_no_note(sentence: str) -> None:
    assert not is_note(sentence)


def test_a_note_that_was_there_before_is_none_of_this_edit() -> None:
    note = "Correction: An earlier version of this article gave the wrong number."
    old, new = version(*STORY, note), version(ONE.replace("14,200", "12,400"), *STORY[1:], note)
    assert (compare(old, new).main, compare(old, new).silent) == ("figures changed", True)


def test_notes_of_updates_tell_of_a_change_and_of_no_mistake() -> None:
    for note in ("UPDATE: The council has replied.", "Aktualisiert: Stellungnahme ergänzt.", "追記: 市が回答した。"):
        assert tells_of_change(note)
        assert not is_note(note)


def test_figures_are_values_in_any_digits_and_words() -> None:
    assert [figure(word) for word in ("1,000", "1.000", "1 000".replace(" ", "\u202f"), "1000", "١٠٠٠")] == ["1000"] * 5
    assert [figure(word) for word in ("3.5", "3,5", "12,34,567", "1,234.5", "1.234,5")] == [
        "3.5",
        "3.5",
        "1234567",
        "1234.5",
        "1234.5",
    ]
    assert figures(("two", "zwei", "deux", "две", "दो", "二", "to", "once", "due", "house")) == ["2"] * 5 + ["二"]


def test_edit_of_a_description_alone_is_no_edit_of_the_text() -> None:
    old = replace(version(*STORY), description="The bridge carries 14,200 vehicles.")
    new = replace(old, description="The bridge carries 12,400 vehicles.")
    assert compare(old, new).classes == ("figures changed",)
    assert compare(old, replace(old, description="Cracks were found.")).classes == ("minor",)

"""The command, run as a person runs it: its contracts, its errors, its tables at 80 and 120 columns."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from matcher import matchmaker
from matcher.cli import ROOMS, main
from matcher.constraints import RULES
from matcher.exchange import read_run, to_json
from matcher.learned import open_reader
from matcher.settings import Settings
from tests.conftest import OFFERS, question

MATCHER = Path(sys.executable).with_name("matcher")


@pytest.fixture
def environment(tmp_path, cache):
    free = {k: v for k, v in os.environ.items() if not k.startswith(("MATCHER_", "COLUMNS"))}
    return free | {"MATCHER_CACHE": str(cache), "MATCHER_DATABASE": str(tmp_path / "geen.db")}


_opened = lru_cache(maxsize=4)(open_reader)


def _opened_once(settings):
    """The real reader, opened once for all commands of this process: it depends on the cache and the model alone."""
    return _opened(Settings(Path(), settings.cache, settings.model))


@pytest.fixture
def run(environment, tmp_path, monkeypatch):
    """The command within this process: what it prints, and that it ends with the status that is expected."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(matchmaker, "open_reader", _opened_once)
    for name in set(os.environ) - set(environment):
        monkeypatch.delenv(name)

    def call(*words, code=0):
        done = CliRunner().invoke(main, [str(w) for w in words], env=environment, catch_exceptions=False)
        assert done.exit_code == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return call


@pytest.fixture
def shell(environment, tmp_path):
    """The command as a process of its own, in a terminal of so many columns."""

    def call(*words, columns=80):
        done = subprocess.run(
            [MATCHER, *map(str, words)], capture_output=True, text=True, env=environment | {"COLUMNS": str(columns)},
            cwd=tmp_path, check=True,
        )  # fmt: skip
        return done.stdout

    return call


@pytest.fixture
def files(tmp_path):
    asked = [question("mijn zoon zit al weken thuis, verzuim", id="q1", region="Almere"),
             question("wie betaalt de zorg op school?", id="q2")]  # fmt: skip
    for name, parties in (("offers", OFFERS), ("questions", asked)):
        lines = "".join(json.dumps(to_json(p)) + "\n" for p in parties)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "x.qrels").write_text("q1 0 a-verzuim 3\nq1 0 b-verzuim 2\nq2 0 c-geld 3\n", encoding="utf-8")
    return tmp_path


def ranked(run, files, *more):
    return run(
        "rank", "--offers", files / "offers.jsonl", "--questions", files / "questions.jsonl", "--out", files / "x.run",
        *more,
    )  # fmt: skip


def test_rank_and_evaluate_as_in_the_contract(run, files):
    ranked(run, files)
    lines = (files / "x.run").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"q[12] Q0 \S+ \d+ -?\d+\.\d{4} matcher-matcher", line) for line in lines)
    found = json.loads(run("evaluate", "--run", files / "x.run", "--qrels", files / "x.qrels", "--json"))
    assert set(found["mean"]) == {"nDCG@10", "Recall@5", "MRR"}
    assert found["mean"]["nDCG@10"]["low"] <= found["mean"]["nDCG@10"]["value"] <= found["mean"]["nDCG@10"]["high"]
    assert found["mean"]["MRR"]["value"] == 1.0
    table = run("evaluate", "--run", files / "x.run", "--qrels", files / "x.qrels", "--per-question")
    assert "q1" in table
    assert "nDCG@10" in table


def test_rank_keeps_the_constraints_and_can_leave_them_out(run, files):
    ranked(run, files)
    strict = read_run(files / "x.run")
    assert not {o for o, _ in strict["q1"]} & {"d-privacy"}
    assert len(strict["q1"]) == len(OFFERS) - 1
    ranked(run, files, "--no-constraints")
    assert len(read_run(files / "x.run")["q1"]) == len(OFFERS)
    ranked(run, files, "--k", 3)
    assert [len(r) for r in read_run(files / "x.run").values()] == [3, 3]


def test_same_input_same_bytes(run, shell, files):
    ranked(run, files)
    first = (files / "x.run").read_bytes()
    shuffled = (files / "offers.jsonl").read_text(encoding="utf-8").splitlines()[::-1]
    (files / "offers.jsonl").write_text("\n".join(shuffled), encoding="utf-8")
    ranked(shell, files)
    assert (files / "x.run").read_bytes() == first
    asked = ("suggest", "wie helpt bij privacy en de AVG?", "--on", "2027-02-01", "--json")
    assert run(*asked) == shell(*asked)


def test_rank_takes_weights(run, files):
    (files / "w.json").write_text('{"weights": {"meaning": 0, "concepts": 0, "words": 1}}', encoding="utf-8")
    ranked(run, files, "--weights", files / "w.json", "--json")
    assert read_run(files / "x.run")["q1"]
    (files / "w.json").write_text('{"weights": {"geluk": 1}}', encoding="utf-8")
    assert "geluk" in run(
        "rank", "--offers", files / "offers.jsonl", "--questions", files / "questions.jsonl", "--out", files / "y.run",
        "--weights", files / "w.json", code=2,
    )  # fmt: skip


def test_a_broken_line_is_named_and_nothing_is_half_done(run, files):
    with (files / "offers.jsonl").open("a", encoding="utf-8") as more:
        more.write('{"id": "zz", "kind": "goeroe", "summary": "s"}\n')
    fault = run(
        "rank", "--offers", files / "offers.jsonl", "--questions", files / "questions.jsonl", "--out", files / "x.run",
        code=2,
    )  # fmt: skip
    assert re.search(rf"offers\.jsonl, regel {len(OFFERS) + 1}, kind: 'goeroe'.*praktijkvoorbeeld", fault)
    assert not (files / "x.run").exists()


def test_suggest_answers_in_dutch_with_parts_that_add_up(run):
    found = json.loads(run("suggest", "mijn dochter komt haar kamer niet meer uit en gaat niet naar school", "--json"))
    assert len(found["kept"]) == 5
    for kept in found["kept"]:
        assert sum(kept["parts"].values()) == kept["score"]
        assert kept["reasons"]
        for start, end in kept["marks"]:
            assert kept["offer"]["summary"][start:end]
    scores = [k["score"] for k in found["kept"]]
    assert scores == sorted(scores, reverse=True) or len({k["offer"]["perspective"] for k in found["kept"]}) > 1


def test_suggest_keeps_the_demands(run):
    found = json.loads(
        run("suggest", "hulp bij privacy", "--region", "twente", "--on", "2027-03-01", "--form", "workshop",
            "--hours", 2, "-k", 3, "--json")
    )  # fmt: skip
    assert 0 < len(found["kept"]) <= 3
    for kept in found["kept"]:
        offer = kept["offer"]
        assert not offer["regions"] or "Regio Twente" in offer["regions"]
        assert not offer["forms"] or "workshop" in offer["forms"]
        assert offer["hours_per_month"] is None or offer["hours_per_month"] >= 2
        assert (offer["available_from"] or "") <= "2027-03-01" <= (offer["available_until"] or "9")
    assert all(r["reasons"] and r["rules"] for r in found["refused"])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--region", "Atlantis"), "Almere"),
        (("--form", "hypnose"), "workshop"),
        (("--on", "morgen"), "2027-03-31"),
        (("--kind", "goeroe"), "praktijkvoorbeeld"),
        (("--hours", "-1"), "0 tot en met"),
        (("-k", "0"), "1<=x<=1000"),
        (("--why-not", "bestaat-niet"), "bestaat-niet"),
    ],
)
def test_an_unknown_name_is_told_what_is_known(run, words, named):
    assert named in run("suggest", "hulp gezocht", *words, code=2)


def test_why_not_has_an_answer(run):
    first = json.loads(run("suggest", "hulp bij privacy", "--on", "2027-03-01", "--json"))
    assert "plaats 1 van" in run("suggest", "hulp bij privacy", "--on", "2027-03-01", "--why-not",
                                 first["kept"][0]["offer"]["id"])  # fmt: skip
    refused = first["refused"][0]
    answer = run("suggest", "hulp bij privacy", "--on", "2027-03-01", "--why-not", refused["offer"])
    assert refused["reasons"][0] in answer


@pytest.mark.parametrize("columns", [80, 120])
def test_the_demo_reads_well(shell, columns):
    shown = shell("demo", columns=columns)
    lines = shown.splitlines()
    assert max(map(len, lines)) <= columns
    assert shown.count("Delen") == 8
    assert "zorg in onderwijstijd" in shown
    assert "betekenis" in shown
    assert "matcher suggest" in lines[-3] + lines[-2] + lines[-1]


def test_the_demo_as_json(run):
    found = json.loads(run("demo", "--json"))
    assert len(found) == 8
    assert all(len(f["kept"]) == 3 for f in found)


def test_curves_are_written_between_their_marks(run, tmp_path):
    (tmp_path / "x.md").write_text("voor\n<!-- trials-curves -->\noud\n<!-- trials-curves -->\nna\n", encoding="utf-8")
    found = json.loads(run("trials", "--curves", "--draws", 1, "--part", "tune", "--json", "--write", "x.md"))
    assert set(found) == {"begrippen", "zinnen", "herkend"}
    assert [p["share"] for p in found["zinnen"]] == [0.25, 0.5, 0.75, 1.0]
    assert found["begrippen"][-1]["figures"] == found["zinnen"][-1]["figures"]
    written = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert written.startswith("voor\n<!-- trials-curves -->\n| wat er groeit |")
    assert written.count("\n| ") == 4 + 4 + 5 + 2 * 2
    assert "oud" not in written


def test_the_worst_questions_are_named_with_what_was_shown_for_them(run):
    found = json.loads(run("trials", "--worst", 3, "--part", "all", "--json"))
    assert len(found) == 3
    assert [f["nDCG@10"] for f in found] == sorted(f["nDCG@10"] for f in found)
    for failure in found:
        assert len(failure["first"]) == 5
        assert failure["part"] in {"test", "tune"}
        assert all(m["place"] > 5 for m in failure["missed"])
    assert "kies er een" in run("trials", "--worst", 3, "--ablation", code=2)


def test_every_rule_is_listed(run):
    shown = run("rules")
    for name in (*RULES, "uitgesloten", "plaatsen", "afwezig", "ingetrokken"):
        assert name in shown


def test_every_command_explains_itself():
    for name in ROOMS:
        command = main.get_command(None, name)
        assert command.help, name
        assert "--json" in {option for p in command.params for option in p.opts}, name
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, f"{name} --{parameter.name}"


def test_a_foreign_database_is_named(run, tmp_path):
    (tmp_path / "geen.db").write_text("een brief", encoding="utf-8")
    assert "geen.db" in run("suggest", "hulp", code=2)
    assert (tmp_path / "geen.db").read_text(encoding="utf-8") == "een brief"


@pytest.fixture
def bureau(run, tmp_path, environment):
    """The command on a bureau's database with the reference corpus, made anew for this test."""
    environment["MATCHER_DATABASE"] = str(tmp_path / "bureau.db")
    run("start", "--example")
    return run


def test_from_a_question_to_an_outcome(bureau):
    assert {q["leervraag"] for q in json.loads(bureau("questions", "--json"))} >= {"lv-1", "q-039"}
    first = json.loads(bureau("suggest", "--question", "q-039", "--json"))["kept"][0]["offer"]
    made = json.loads(bureau("propose", "q-039", first["id"], "--note", "graag kennismaken", "--hours", "2", "--json"))
    assert (made["stand"], made["letOp"]) == ("voorgesteld", [])
    if first["hours_per_month"] is not None:
        assert made["urenOver"] == first["hours_per_month"] - 2
    assert "al aan elkaar voorgesteld" in bureau("propose", "q-039", first["id"], code=2)
    assert "reden" in bureau("step", made["voorstel"], "afgewezen", code=2)
    for step in ("aanvaard", "loopt"):
        assert step in bureau("step", made["voorstel"], step)
    assert "alle drie" in bureau("step", made["voorstel"], "afgerond", "--helped", 4, code=2)
    done = json.loads(
        bureau("step", made["voorstel"], "afgerond", "--helped", 4, "--region-says", "Het hielp.", "--expert-says",
               "Goed gewerkt.", "--json")
    )  # fmt: skip
    assert done["stappen"][-1]["uitkomst"] == {"helped": 4, "region": "Het hielp.", "expert": "Goed gewerkt."}
    assert "afgerond" in bureau("proposals")
    assert bureau("step", made["voorstel"], "herroepen").startswith(f"{made['voorstel']}: loopt")
    told = json.loads(bureau("log", "--most", 10_000, "--json"))
    assert [line["name"] for line in told][-4:] == ["voorstel aanvaard", "voorstel loopt", "voorstel afgerond",
                                                    "voorstel herroepen"]  # fmt: skip


def test_the_memory_is_cared_for(bureau, tmp_path):
    assert "Alles is in orde" in bureau("doctor") or "vector" in bureau("doctor")
    bureau("backup", "kopie.db")
    bureau("questions", "--close", "q-039")
    assert "q-039" not in {q["leervraag"] for q in json.loads(bureau("questions", "--json"))}
    bureau("restore", "kopie.db")
    assert "q-039" in {q["leervraag"] for q in json.loads(bureau("questions", "--json"))}
    assert "exp-schoolangst" in bureau("held", "exp-schoolangst")
    bureau("erase", "exp-schoolangst", "--yes")
    assert json.loads(bureau("held", "exp-schoolangst")).keys() <= {"log"}
    assert "leeg" in bureau("trash")


def test_what_is_changed_or_deleted_comes_back(bureau):
    assert "over 1" in bureau("capacity", "exp-schoolangst", "--hours", 1, "--places", 2)
    assert json.loads(bureau("capacity", "exp-schoolangst", "--json"))["koppelingen"] == 2
    bureau("propose", "q-039", "exp-schoolangst")
    assert "1 uur per maand gevraagd, nog 0 over" in bureau("propose", "q-002", "exp-schoolangst", code=2)
    bureau("step", "v-1", "herroepen")
    bureau("delete", "leervraag", "q-039")
    assert "q-039" not in bureau("questions")
    assert "q-039" in bureau("trash")
    bureau("trash", "--put-back", "question", "q-039")
    assert "q-039" in bureau("questions")
    (before,) = json.loads(bureau("changes", "leervraag", "q-039", "--json"))
    assert before["former"] is None
    assert "niets gewijzigd" in bureau("changes", "leervraag", "bestaat-niet")


def test_what_makes_a_round_impossible_is_not_kept(bureau):
    assert "vastgezet" in bureau("round", "--fix", "q-009=exp-meldcode", code=2)
    first = json.loads(bureau("round", "--forbid", "q-039=exp-schoolangst", "--json"))
    assert ("q-039", "exp-schoolangst") not in {(p["leervraag"], p["aanbod"]) for p in first["geplaatst"]}
    freed = json.loads(bureau("round", "--free", "q-039=exp-schoolangst", "--keep", "--json"))
    assert ("q-039", "exp-schoolangst") in {(p["leervraag"], p["aanbod"]) for p in freed["geplaatst"]}
    assert "goedgekeurd" in bureau("round", "--approve", "r-1")
    assert "een ronde die concept is" in bureau("round", "--approve", "r-1", code=2)
    assert json.loads(bureau("round", "--undo", "r-1", "--json"))["stand"] == "teruggedraaid"


def test_without_a_database_it_is_said_how_to_make_one(run, bureau, tmp_path, environment):
    assert "nog geen bestand" in bureau("start", code=2)
    environment["MATCHER_DATABASE"] = str(tmp_path / "nergens.db")
    for words in (("questions",), ("proposals",), ("propose", "q-039", "x"), ("suggest", "--question", "q-039")):
        assert "matcher start" in run(*words, code=2)
    assert not (tmp_path / "nergens.db").exists()


def test_a_sheet_comes_in_whole_or_gives_its_errors_back(bureau, tmp_path):
    bureau("template", "leervragen", "--out", "leeg.xlsx")
    assert "0 nieuw" in bureau("import", "leeg.xlsx")
    (tmp_path / "in.csv").write_text(
        "Leervraag-id;Titel;Regio;Uren per maand\nn-1;Eén;twente;2,5\nn-2;Twee;Atlantis;1\n", encoding="cp1252"
    )
    fault = bureau("import", "in.csv", "--errors", "fout.xlsx", code=2)
    assert "rij 3" in fault
    assert "Atlantis" in fault
    assert "n-1" not in bureau("questions")
    (tmp_path / "in.csv").write_text("Leervraag-id;Titel;Regio;Uren per maand\nn-1;Eén;twente;2,5\n", encoding="cp1252")
    assert "1 nieuw" in bureau("import", "in.csv", "--dry-run")
    assert "n-1" not in bureau("questions")
    assert json.loads(bureau("import", "in.csv", "--json"))["nieuw"] == [2]
    assert "1 gelijk" in bureau("import", "in.csv")
    assert "rijen" in bureau("export", "leervragen", "--out", "uit.xlsx")
    assert "113 gelijk" in bureau("import", "uit.xlsx")


def test_a_calendar_goes_in_and_a_meeting_out(bureau):
    bureau("propose", "q-039", "exp-schoolangst")
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    bureau("meeting", "v-1", "--start", f"{soon:%Y-%m-%dT%H:%M}", "--out", "m.ics")
    assert "1 bezette tijden" in bureau("busy", "exp-schoolangst", "m.ics")


@pytest.mark.parametrize(("words", "said"), [
    (("sugest", "tekst"), "Fout: De opdracht sugest bestaat niet. Bedoelde u suggest?"),
    (("suggest", "tekst", "--regoin", "Almere"), "Fout: De optie --regoin bestaat niet. Bedoelde u --region of "),
    (("--versie",), "Fout: De optie --versie bestaat niet. Bedoelde u --version?"),
    (("export",), "Fout: Het argument SOORT ontbreekt."),
    (("export", "aanbod"), "Fout: De optie --out ontbreekt."),
    (("delete",), "Fout: Het argument {leervraag|aanbod|regio|koppeling|partijen} ontbreekt. Kies uit: leervraag,"),
    (("round", "--helpers", "twee"), "Fout: --helpers: 'twee' is geen geheel getal."),
    (("round", "--helpers", "99"), "Fout: --helpers: 99 kan niet; toegestaan: "),
    (("accounts", "--role", "baas"), "Fout: --role: 'baas' kan niet; kies uit 'verbinder', 'regio', "),
    (("import", "weg.xlsx"), "Fout: BESTAND: Het bestand 'weg.xlsx' bestaat niet."),
    (("import", "."), "Fout: BESTAND: Het bestand '.' is een map en geen bestand."),
    (("agenda", "--most"), "Fout: Achter de optie '--most' hoort een waarde."),
    (("agenda", "--json=ja"), "Fout: Achter de optie '--json' hoort geen waarde."),
    (("agenda", "van", "nu"), "Fout: Dit staat er te veel: van nu."),
    (("meeting", "v-1", "--start", "morgen", "--out", "x.ics"),
     "Fout: --start: 'morgen' past niet; schrijf het als 'JJJJ-MM-DDTuu:mm'."),
    (("suggest", "tekst", "--on", "morgen"), "Fout: --on: 'morgen' is geen datum; schrijf die als 2027-03-31"),
])  # fmt: skip
def test_a_command_line_that_cannot_be_is_refused_in_dutch(words, said):
    done = CliRunner().invoke(main, words, prog_name="matcher")
    assert done.exit_code == 2
    assert said in done.stderr
    # Where an option is read, click does not yet know of which command.
    assert done.stderr.startswith(("Gebruik: matcher", "Fout: De optie", "Fout: Achter"))
    assert done.stderr.count("Fout:") == 1
    assert not re.search(r"Usage|Error|Try |Invalid|Missing|such", done.stderr)


def test_without_a_command_the_help_is_shown():
    done = CliRunner().invoke(main, [])
    assert "suggest" in done.output
    assert "Fout" not in done.output

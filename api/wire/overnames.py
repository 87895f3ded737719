"""What taking a sheet over would do, or did, goes out: what is new, changed, the same, and wrong where and why."""

from __future__ import annotations

from pydantic import Field

from api.wire import Wire
from matcher import CellProblem, SheetPlan


class Foutregel(Wire):
    """Eén fout in het blad; de waarde zelf staat er niet bij."""

    rij: int = Field(ge=0, description="De rij, zoals het rekenblad telt; 0 voor het blad als geheel.", examples=[3])
    kolom: str = Field(description="De letter van de kolom.", examples=["F"])
    kop: str = Field(description="De kop boven de kolom.", examples=["Uren per maand"])
    reden: str = Field(description="Wat er fout is en wat wel kan.")

    @classmethod
    def of(cls, problem: CellProblem) -> Foutregel:
        """Return the model of a fault, without the value that was there."""
        value = repr(problem.value)
        message = problem.message
        reden = f"Deze waarde{message.removeprefix(value)}" if problem.value and message.startswith(value) else message
        return cls.model_construct(rij=problem.line, kolom=problem.column, kop=problem.field, reden=reden)


class Wijziging(Wire):
    """Een rij die iets wijzigt."""

    rij: int = Field(ge=1, description="De rij, zoals het rekenblad telt.", examples=[3])
    velden: tuple[str, ...] = Field(description="De koppen van wat er wijzigt.", examples=[["Uren per maand"]])


class Waarschuwing(Wire):
    """Iets om nog eens naar te kijken; het houdt niets tegen."""

    rij: int = Field(ge=1, description="De rij, zoals het rekenblad telt.", examples=[3])
    tekst: str = Field(description="Waar u op moet letten.")


class Overname(Wire):
    """Wat het overnemen van een blad deed, of bij een proef zou doen. Alles of niets."""

    proef: bool = Field(description="Of er alleen gekeken is.")
    overgenomen: bool = Field(description="Of het is overgenomen.")
    nieuw: int = Field(ge=0, description="Hoeveel rijen nieuw zijn.", examples=[2])
    gelijk: int = Field(ge=0, description="Hoeveel rijen er zo al staan.", examples=[1])
    fout: int = Field(ge=0, description="Hoeveel fouten er zijn.", examples=[0])
    gewijzigd: tuple[Wijziging, ...] = Field(description="Rijen die iets wijzigen.")
    fouten: tuple[Foutregel, ...] = Field(description="Alle fouten; hooguit 1000.")
    waarschuwingen: tuple[Waarschuwing, ...] = Field(description="Waar u op moet letten; hooguit 1000.")

    @classmethod
    def of(cls, plan: SheetPlan, warnings: list[tuple[int, str]], dry: bool) -> Overname:
        """Return the model of a plan."""
        return cls.model_construct(
            proef=dry, overgenomen=not (dry or plan.wrong), nieuw=len(plan.new), gelijk=len(plan.same),
            fout=len(plan.wrong), fouten=tuple(map(Foutregel.of, plan.wrong[:1000])),
            gewijzigd=tuple(
                Wijziging.model_construct(rij=e.row, velden=tuple(c.header for c in e.changes)) for e in plan.changed
            ),
            waarschuwingen=tuple(Waarschuwing.model_construct(rij=row, tekst=text) for row, text in warnings[:1000]),
        )  # fmt: skip

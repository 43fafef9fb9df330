"""One course folder of nbgrader's: what it needs before anything can be marked, and one submission marked.

The folder is nbgrader's own (source, submitted, autograded, feedback, gradebook.db): its formgrader works there.
"""

import json
import shutil
from pathlib import Path

from gradlab_course.exercises import student
from gradlab_course.fingerprints import fingerprint, of_code
from gradlab_course.marking import gradebook
from gradlab_course.marking.feedback import finished
from gradlab_course.marking.sanitise import remark
from gradlab_course.marking.student_copy import student_library
from gradlab_course.notebooks import read, to_text


def prepare(folder, source, db):
    """Put an assignment into the course folder and the gradebook; return its job, less the student.

    folder   the course folder
    source   the path of a source notebook
    db       what `database` gave

    Raises ValueError where the source is no source notebook, and where other cells of it have been marked before.
    """
    folder, name = Path(folder).resolve(), Path(source).stem
    _, nb = read(source)
    released = student(nb)
    withheld = nb["metadata"].get("gradlab", {}).get("withheld", [])
    state = fingerprint(Path(source).read_bytes(), of_code().encode(), db.encode())
    library, place = folder / "library" / f"{name}-{state}", folder / "source" / name / f"{name}.ipynb"
    job = {"assignment": name, "folder": str(folder), "db": db, "source": str(place), "state": state}
    if not gradebook.is_known(db, name) or not (library / "done").exists():
        shutil.rmtree(library, ignore_errors=True)
        shutil.rmtree(folder / "results" / name, ignore_errors=True)
        student_library(library, withheld)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
        try:
            gradebook.run(gradebook.converter("GenerateAssignment", job, ClearMarkScheme={"enforce_metadata": False}))
        except RuntimeError as problem:
            if "there are submissions" in str(problem):
                words = "has been marked with other cells; mark this version into another folder"
                raise ValueError(f"{name} {words}") from None
            raise
        (folder / "release" / name / f"{name}.ipynb").write_text(to_text(released), encoding="utf-8")
        (library / "done").touch()
    return job | {"library": str(library)}


def mark(job):
    """Mark one submission: write grades, feedback and the result, which is also returned.

    job   of `prepare`, with student, path (of the notebook, "" for none), remarks, result (a path), forbidden, limits
    """
    from nbgrader import preprocessors as steps

    from gradlab_course.marking.preprocessor import Mark
    from gradlab_course.marking.submissions import received

    folder, name, who = Path(job["folder"]), job["assignment"], job["student"]
    _, source = read(job["source"])
    nb, remarks = received(job["path"] or None, student(source), source)
    nb["metadata"]["gradlab"] = {"remarks": [*map(remark, job["remarks"]), *remarks]}
    place = folder / "submitted" / who / name / f"{name}.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(nb), encoding="utf-8")

    limits = {"source": job["source"], "library": job["library"], "forbidden": job["forbidden"], **job["limits"]}
    rest = (steps.LimitOutput, steps.SaveAutoGrades, steps.AssignLatePenalties, steps.CheckCellMetadata)
    gradebook.run(
        gradebook.converter("Autograde", job, Mark=limits, Autograde={"autograde_preprocessors": [Mark, *rest]})
    )
    marked = json.loads((folder / "autograded" / who / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    result = {"student": who, "assignment": name, "state": job["state"], **marked["metadata"]["gradlab"]}
    if kept := gradebook.waiting_again(job["db"], name, who):
        words = "the points given by hand for an earlier version stay until somebody confirms or changes them"
        result["remarks"] = [*result["remarks"], f"{', '.join(kept)}: {words}"]
    return write_feedback(job, result)


def write_feedback(job, result):
    """Write the feedback of one submission that has been marked, and the result, which is also returned.

    job      as for `mark`
    result   what `mark` returned; it learns which points and comments the feedback shows
    """
    from nbgrader import preprocessors as steps

    result = result | {"given": gradebook.manual_grades(job["db"], job["assignment"], job["student"])}
    first = (steps.ClearHiddenTests, steps.ClearMarkScheme, steps.GetGrades)
    gradebook.run(
        gradebook.converter(
            "GenerateFeedback",
            job,
            GenerateFeedback={"preprocessors": [*first, "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"]},
            ClearHiddenTests={"enforce_metadata": False},
            ClearMarkScheme={"enforce_metadata": False},
        )
    )
    page = Path(job["folder"]) / "feedback" / job["student"] / job["assignment"] / f"{job['assignment']}.html"
    grades = gradebook.score(job["db"], job["assignment"], job["student"])
    page.write_text(finished(page.read_text(encoding="utf-8"), grades), encoding="utf-8")
    _save(Path(job["result"]), result)
    return result


def _save(path, result):
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(result), encoding="utf-8")
    draft.replace(path)  # whole, or not at all

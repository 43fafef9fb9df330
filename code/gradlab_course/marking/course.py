"""A course folder of nbgrader's: prepares it for an assignment, and marks one submission in it.

The folder has nbgrader's own layout (source, submitted, autograded, feedback, gradebook.db), so that nbgrader's
formgrader works there.
"""

import json
import shutil
from pathlib import Path

from nbgrader import preprocessors

from gradlab_course.exercises import student_edition
from gradlab_course.fingerprints import fingerprint, of_code
from gradlab_course.marking import gradebook
from gradlab_course.marking.feedback import KeepFormulas, finished, labels
from gradlab_course.marking.preprocessor import Mark
from gradlab_course.marking.sanitise import one_line
from gradlab_course.marking.student_copy import student_library
from gradlab_course.marking.submissions import is_untouched, parse_submission
from gradlab_course.notebooks import read, to_text


def prepare(folder, source, db):
    """Put an assignment into the course folder and the gradebook.

    folder   the course folder
    source   the path of a source notebook
    db       the URL of the gradebook, from `gradebook.database`

    Returns the part of a job that is the same for all students (see `mark`). Raises ValueError when the source is not
    valid, and when submissions of another version of it, with other cells, have been marked in this folder.
    """
    folder, name = Path(folder).resolve(), Path(source).stem
    _, nb = read(source)
    released = student_edition(nb)
    withheld = nb["metadata"].get("gradlab", {}).get("withheld", [])
    state = fingerprint(Path(source).read_bytes(), of_code().encode(), db.encode())
    library, copy = folder / "library" / f"{name}-{state}", folder / "source" / name / f"{name}.ipynb"
    job = {"assignment": name, "folder": str(folder), "db": db, "source": str(copy), "state": state}
    if not gradebook.is_known(db, name) or not (library / "done").exists():
        shutil.rmtree(library, ignore_errors=True)
        shutil.rmtree(folder / "results" / name, ignore_errors=True)
        student_library(library, withheld)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
        try:
            gradebook.convert("GenerateAssignment", job, ClearMarkScheme={"enforce_metadata": False})
        except RuntimeError as problem:
            if "there are submissions" in str(problem):
                words = "has been marked with other cells; mark this version into another folder"
                raise ValueError(f"{name} {words}") from None
            raise
        (folder / "release" / name / f"{name}.ipynb").write_text(to_text(released), encoding="utf-8")
        (library / "done").touch()
    return job | {"library": str(library)}


def mark(job):
    """Mark one submission: write grades, feedback and the result; return the result.

    job   a dictionary, with the entries from `prepare` and:
          student     the name
          path        of the notebook that was handed in, "" for none
          remarks     on how the notebook was found
          result      path of the file for the result
          state       fingerprint of everything that the result depends on
          forbidden   folders that the student's code may not read
          limits      timeout, total and memory, for `preprocessor.Mark`
    """
    folder, assignment, student = Path(job["folder"]), job["assignment"], job["student"]
    _, source = read(job["source"])
    nb, remarks = parse_submission(job["path"] or None, student_edition(source), source)
    nb["metadata"]["gradlab"] = {"remarks": [*map(one_line, job["remarks"]), *remarks]}
    submitted = folder / "submitted" / student / assignment / f"{assignment}.ipynb"
    submitted.parent.mkdir(parents=True, exist_ok=True)
    submitted.write_text(json.dumps(nb), encoding="utf-8")

    settings = {"source": job["source"], "library": job["library"], "forbidden": job["forbidden"], **job["limits"]}
    settings["is_absent"] = not job["path"]
    after = (preprocessors.LimitOutput, preprocessors.SaveAutoGrades, preprocessors.AssignLatePenalties)
    steps = [Mark, *after, preprocessors.CheckCellMetadata]
    gradebook.convert("Autograde", job, Mark=settings, Autograde={"autograde_preprocessors": steps})
    autograded = folder / "autograded" / student / assignment / f"{assignment}.ipynb"
    marked = json.loads(autograded.read_text(encoding="utf-8"))
    result = {"student": student, "assignment": assignment, "state": job["state"], **marked["metadata"]["gradlab"]}
    result["answered"] = bool(job["path"]) and not is_untouched(job["path"], student_edition(source))
    if answers := gradebook.answers_to_confirm(job["db"], assignment, student):
        words = "the points given by hand for an earlier version stay until you confirm or change them"
        result["remarks"] = [*result["remarks"], f"{', '.join(answers)}: {words}"]
    return write_feedback(job, result)


def write_feedback(job, result):
    """Write the feedback on a submission that has been marked, and the result; return the result.

    job      as for `mark`
    result   as `mark` returned it; its entry "grades" becomes the fingerprint of the grades that the feedback shows
    """
    db, assignment, student = job["db"], job["assignment"], job["student"]
    result = result | {"grades": gradebook.grade_fingerprint(db, assignment, student)}
    first = (preprocessors.ClearHiddenTests, preprocessors.ClearMarkScheme, preprocessors.GetGrades, KeepFormulas)
    steps = [*first, "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"]
    lenient = {"enforce_metadata": False}
    gradebook.convert(
        "GenerateFeedback",
        job,
        GenerateFeedback={"preprocessors": steps},
        ClearHiddenTests=lenient,
        ClearMarkScheme=lenient,
    )
    page = Path(job["folder"]) / "feedback" / student / assignment / f"{assignment}.html"
    scores = gradebook.score(db, assignment, student)
    names = labels(read(job["source"])[1])
    page.write_text(finished(page.read_text(encoding="utf-8"), scores, names), encoding="utf-8")
    _save(Path(job["result"]), result)
    return result


def _save(path, result):
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(result), encoding="utf-8")
    draft.replace(path)  # in one step: an interrupted run leaves no half of a result

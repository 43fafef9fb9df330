"""What runs on GitHub, as far as files can tell: it has not been run there by these tests."""

import re
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from gradlab_course import ROOT

WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_each_job_ends_and_may_no_more_than_it_says(name):
    workflow = read(WORKFLOWS[name])
    assert workflow["permissions"] == {"contents": "read"}
    assert all(5 <= job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", one) for one in used)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_commands_and_files_that_are_named_exist(name):
    run = "\n".join(step.get("run", "") for step in steps(read(WORKFLOWS[name])))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {target for line in re.findall(r"^\s*make (.+)$", run, re.M) for target in line.split()}
    assert named and named <= targets
    files = set(re.findall(r"[\w./-]*(?:requirements|lychee|constraints)\.\w+", WORKFLOWS[name].read_text("utf-8")))
    assert files and [file for file in files if not (ROOT / file).is_file()] == []


def test_a_change_is_tested_on_three_systems_from_the_oldest_python_on():
    workflow = read(WORKFLOWS["book"])
    test = workflow["jobs"]["test"]
    systems, versions = test["strategy"]["matrix"]["os"], test["strategy"]["matrix"]["python"]
    assert {name.split("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    minors = [int(version.removeprefix("3.")) for version in versions]
    assert minors == list(range(minors[0], minors[-1] + 1)), "none is left out"
    allowed = SpecifierSet(project["requires-python"])
    assert f"3.{minors[0]}" in allowed and f"3.{minors[0] - 1}" not in allowed
    assert {"make setup lint", "make book", "make test"} <= {step.get("run") for step in test["steps"]}
    assert workflow["jobs"]["deploy"]["needs"] == "test"


def test_the_lowest_and_the_newest_versions_are_tried_every_week_and_an_issue_tells():
    workflow = read(WORKFLOWS["weekly"])
    jobs = workflow["jobs"]
    assert "schedule" in workflow[True], "YAML takes `on` for a truth value"
    tried = {(one["versions"], one["resolution"]) for one in jobs["drift"]["strategy"]["matrix"]["include"]}
    assert tried == {("lowest", "lowest-direct"), ("newest", "highest")}
    assert jobs["tell"]["needs"] == [job for job in jobs if job != "tell"]
    assert jobs["tell"]["if"] == "failure()"


def test_links_to_other_sites_are_asked_for_slowly():
    settings = tomllib.loads((ROOT / ".github" / "lychee.toml").read_text(encoding="utf-8"))
    assert settings["max_retries"] >= 2
    assert settings["max_concurrency"] <= 8
    assert all(re.compile(pattern) for pattern in settings["exclude"])


def test_updates_come_in_groups():
    updates = read(ROOT / ".github" / "dependabot.yml")["updates"]
    assert {one["package-ecosystem"] for one in updates} == {"pip", "github-actions"}
    assert all(group["patterns"] == ["*"] for one in updates for group in one["groups"].values())

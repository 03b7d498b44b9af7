"""``migma-contract record`` and ``recordings``: what is sent, written and said, and the exit codes."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from migma_contract.recording import recording_name
from migma_contract.timestamps import format_rfc3339

COOKIE = "s%3Aq8Zk2mVbT7wLx0Rj"
SEED = "a text that nobody guesses"


@pytest.fixture
def record(run, stage, conforming, tmp_path):
    """Runs ``record folder`` for a campaign of a server; also returns the files by id."""

    def record(*arguments, url=conforming.url, **environment):
        given = {"MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign, "MIGMA_BASE_URL": url, **environment}
        done = run("record", "folder", *arguments, **given)
        done.text = (done.stdout + done.stderr).decode()
        files = sorted((tmp_path / "folder").glob("*")) if (tmp_path / "folder").exists() else []
        done.files = {document["id"]: document for path in files if (document := json.loads(path.read_text("utf-8")))}
        assert "Traceback" not in done.text
        assert not [path for path in tmp_path.iterdir() if path.name != "folder"], "nothing is written elsewhere"
        return done

    return record


def test_a_campaign_and_the_errors_are_recorded_with_the_requests_of_a_check(record, stage, conforming):
    done = record()
    assert done.returncode == 0, done.text
    assert len(conforming.requests) <= 10
    assert {request.method for request in conforming.requests} == {"GET", "HEAD"}
    assert done.files[stage.campaign]["stats"] == stage.stats
    assert done.files[stage.campaign]["recorded"]["origin"] == conforming.url
    errors = {id_: document["reply"]["status"] for id_, document in done.files.items() if id_ != stage.campaign}
    assert errors == {"recorded-missing-key": 401, "recorded-invalid-key": 401, "recorded-unknown-id": 404}
    assert f"folder/{recording_name(stage.campaign)}  200  {stage.campaign}\n" in done.text
    assert done.text.endswith("Now run: migma-mock --fixtures folder\n")


def test_a_second_recording_needs_force_and_without_it_nothing_is_sent(record, conforming):
    record()
    sent = len(conforming.requests)
    again = record()
    assert (again.returncode, len(conforming.requests)) == (2, sent)
    assert "the file exists; --force records it again" in again.text
    forced = record("--force", "--quiet")
    assert forced.returncode == 0
    assert len(forced.stdout.splitlines()) == 4, "the errors too"


def test_errors_that_are_recorded_already_stay_when_another_campaign_is_added(record, stage):
    record()

    def other(request):
        known = request.path.replace("another", stage.campaign)
        return stage.api(type(request)(request.method, known, request.headers, request.at))

    with stage.serve(other) as server:
        done = record(url=server.url, MIGMA_CAMPAIGN_IDS="another")
    assert done.returncode == 0, done.text
    assert [line.split()[-1] for line in done.stdout.decode().splitlines()[:-1]] == ["another"]
    assert len(done.files) == 5


def test_what_breaks_the_contract_exits_1_unless_told(record, stage):
    with stage.serve(stage.reading(lambda envelope: envelope["data"].update(openRate="0.25"))) as server:
        refused = record(url=server.url)
        allowed = record("--allow-violations", "--force", url=server.url)
    assert refused.returncode == 1
    assert f"not recorded: campaign {stage.campaign}: /data/openRate: expected number" in refused.text
    assert "--allow-violations records it" in refused.text
    assert stage.campaign not in refused.files
    assert allowed.returncode == 0
    assert "/data/openRate: expected number" in allowed.files[stage.campaign]["recorded"]["violations"][0]


def test_a_campaign_of_which_one_read_succeeds_is_recorded(record, stage):
    with stage.serve(stage.failing(500, times=1)) as server:
        done = record(url=server.url)
    assert done.files[stage.campaign]["stats"] == stage.stats


def test_a_run_that_shows_nothing_of_the_api_records_nothing_and_exits_3(record, stage):
    with stage.serve(stage.failing(503, "Retry-After: 0")) as down:
        outage = record(url=down.url)
    rejected = record(MIGMA_API_KEY="mgma_sk_live_AnotherKey00000000")
    missing = record(MIGMA_CAMPAIGN_IDS="missing")
    for done in (outage, rejected, missing):
        assert (done.returncode, done.files) == (3, {}), done.text
        assert "migma-contract: nothing was recorded. " in done.text


def test_an_unknown_campaign_that_succeeds_is_no_error_to_record(record, stage):
    def generous(request):
        known = request.path.replace("0" * 24, stage.campaign)
        return stage.api(type(request)(request.method, known, request.headers, request.at))

    with stage.serve(generous) as server:
        done = record(url=server.url)
    assert done.returncode == 1
    assert "A campaign that does not exist: it succeeded, which breaks the contract" in done.text
    assert {*done.files} == {stage.campaign, "recorded-missing-key", "recorded-invalid-key"}


@pytest.mark.attack("secrets-in-records")
@pytest.mark.attack("hostile-input")
def test_a_server_that_repeats_key_and_cookie_gets_neither_into_a_file(record, stage, tmp_path):
    def echo(request):
        said = f"{request.headers.get('authorization')} {COOKIE} ../../{request.path}"
        cookie = f"Set-Cookie: sid={COOKIE}; Path=/"
        if request.key != stage.key or stage.campaign not in request.path:
            status = 404 if request.key == stage.key else 401
            return stage.answer(status, {"success": False, "error": said}, cookie, f"WWW-Authenticate: {said}")
        data = {**stage.stats, "../../id": said, stage.key: {"id": "../../x", "$schema": said}}
        return stage.answer(200, {"success": True, "data": data}, cookie)

    with stage.serve(echo) as server:
        done = record("--pseudonymise-ids", SEED, url=server.url)
    assert done.returncode == 0, done.text
    assert len(done.files) == 4
    for path in (tmp_path / "folder").iterdir():
        text = path.read_text("utf-8")
        for secret in (stage.key, COOKIE, stage.campaign, SEED):
            assert secret not in text, path
            assert secret not in path.name
    assert stage.key not in done.text


def test_ids_and_counts_are_the_same_for_the_same_seeds(record, stage):
    options = ("--pseudonymise-ids", SEED, "--jitter", "5%", "--quiet", "--force")
    first, second = record(*options, "--seed", SEED), record(*options, "--seed", SEED)
    random = record(*options)
    (id_,) = (one for one in first.files if not one.startswith("recorded-"))
    assert first.files[id_]["stats"] == second.files[id_]["stats"] != stage.stats
    assert random.files[id_]["stats"] != first.files[id_]["stats"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--jitter", "5"], "--jitter: expected a percentage from 0.1% to 50%, such as 5%, got '5'"),
        (["--jitter", "60%"], "--jitter: expected a percentage"),
        (["--jitter", "nan%"], "--jitter: expected a percentage"),
        (["--seed", SEED], "--seed: expected --jitter with it"),
        (["--pseudonymise-ids", "short"], "--pseudonymise-ids: expected 8 characters or more, got 5"),
        (["--max-requests", "0"], "--max-requests"),
        (["--base-url", "api.migma.ai"], "--base-url: expected an http or https URL"),
    ],
)
def test_an_unusable_option_exits_2_and_sends_nothing(record, conforming, arguments, says):
    done = record(*arguments)
    assert (done.returncode, done.stdout, conforming.requests) == (2, b"", [])
    assert says in done.text


def test_a_plan_sends_and_writes_nothing(record, conforming):
    done = record("--plan")
    assert (done.returncode, conforming.requests, done.files) == (0, [], {})
    assert "Nothing was sent." in done.text


def test_recordings_are_listed_the_oldest_first_and_old_ones_exit_1(run, tmp_path):
    def write(name, days):
        at = format_rfc3339(datetime.now(UTC) - timedelta(days=days, hours=1))
        document = {"id": name, "recorded": {"at": at, "origin": "https://api.migma.ai"}, "stats": {}}
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")

    write("new", 1)
    write("old", 40)
    (tmp_path / "mine.json").write_text('{"id": "mine", "stats": {}}', "utf-8")
    (tmp_path / "odd.json").write_text('{"id": "odd", "recorded": {"at": 3}}', "utf-8")
    listed, judged, fresh = (
        run("recordings", ".", *options) for options in ([], ["--max-age", "30d"], ["--max-age", "7w"])
    )
    lines = ["old  40 d 1 h old  https://api.migma.ai", "new  1 d 1 h old  https://api.migma.ai"]
    assert listed.stdout.decode().splitlines() == lines
    assert judged.stdout.decode().splitlines() == [f"{lines[0]}  too old", lines[1]]
    assert judged.stderr.decode() == "1 recording is older than 30 d: record with --force again.\n"
    assert (listed.returncode, judged.returncode, fresh.returncode) == (0, 1, 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none"], "none: expected a folder of campaign files, got no such folder"),
        ([".", "--max-age", "soon"], "--max-age: expected a duration such as 90s, 10min, 6h or 30d, got 'soon'"),
        ([".", "--max-age", "0d"], "--max-age: expected a duration"),
    ],
)
def test_recordings_that_cannot_be_listed_exit_2(run, arguments, says):
    done = run("recordings", *arguments)
    assert done.returncode == 2
    assert says in done.stderr.decode()


def test_a_folder_without_recordings_is_said_to_have_none(run):
    done = run("recordings", ".")
    assert (done.returncode, done.stderr.decode()) == (0, ". has no recordings.\n")

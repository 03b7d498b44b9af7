"""A check of a mock that speaks HTTPS, with the CA file of the mock."""

from migma_mock import MockServer


def test_a_check_trusts_the_ca_file_of_the_mock_and_nothing_else(run):
    with MockServer(reload=False, tls=True) as mock:
        given = {"MIGMA_API_KEY": mock.api_key, "MIGMA_CAMPAIGN_IDS": mock.example_id}
        trusting = run("check", "--base-url", mock.base_url, "--ca-bundle", mock.ca_file, **given)
        assert (trusting.returncode, trusting.stderr) == (0, b"")
        assert run("check", "--base-url", mock.base_url, **given).returncode != 0

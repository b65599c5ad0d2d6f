"""Refusals explained by their ids, rates and their headers, marks of answers, bodies of parts."""

import json
import urllib.error
import urllib.request

from facebook_business.adobjects.adaccount import AdAccount

from harness import flow, refused


def explained(world, trace, who):
    """What a holder is told of a refusal; nothing if it is not theirs to ask about."""
    request = urllib.request.Request(
        f"{world.base}/api/v1/explanations/{trace}",
        headers={"authorization": f"Bearer {world.session(who)}"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        assert error.code == 404, error.read()
        return None


def raw(world, path, token, method="GET", body=None, **headers):
    """A call without the SDK: its status, headers and body."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{world.base}/meta/v26.0/{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@flow
def a_refusal_is_explained_by_the_id_in_the_sdks_error(world):
    api = world.api("person:502", ["ads_read"])
    error = refused(lambda: AdAccount("act_12", api=api).api_get(fields=["name"]), 400, 100, 33)
    trace = error.body()["error"]["fbtrace_id"]
    assert error.http_headers()["x-fb-trace-id"] == trace
    for who in ["person:502", "person:501"]:
        told = explained(world, trace, who)
        assert told["explanation"]["first_reason"] == "ASSET_NOT_ASSIGNED", told
        assert told["call"] == "get act_12" and told["allowed_now"] is False, told
    assert explained(world, trace, "person:505") is None
    assert explained(world, "A" * 23, "person:502") is None


@flow
def a_refused_command_is_explained_too(world):
    api = world.api("person:502")
    params = {"user": "1001_502", "tasks": ["ADVERTISE", "ANALYZE"]}
    error = refused(lambda: AdAccount("act_11", api=api).create_assigned_user(params=params), 403, 200)
    told = explained(world, error.body()["error"]["fbtrace_id"], "person:502")
    assert told["operation"] == "assignment.give", told
    assert told["remedies"] or told["explanation"]["reasons"], told


@flow
def each_call_of_a_batch_has_an_id_of_its_own(world):
    batch = world.api("person:502", ["ads_read"]).new_batch()
    answers = []
    for account in ["act_11", "act_12", "act_41"]:
        AdAccount(account, api=batch._api).api_get(
            fields=["name"], batch=batch, success=answers.append, failure=answers.append
        )
    batch.execute()
    calls = []
    for answer in answers:
        headers = {one["name"].lower(): one["value"] for one in answer.headers()}
        assert "x-ad-account-usage" in headers, headers
        if answer.is_failure():
            trace = answer.json()["error"]["fbtrace_id"]
            calls.append(explained(world, trace, "person:502")["call"])
    assert calls == ["get act_12", "get act_41"], calls


@flow
def every_answer_says_how_much_is_used_up(world):
    token = world.token("person:502", ["ads_read"])
    status, headers, _ = raw(world, "act_11?fields=name", token)
    assert status == 200
    assert json.loads(headers["x-app-usage"]).keys() == {"call_count", "total_time", "total_cputime"}
    own = json.loads(headers["x-ad-account-usage"])
    assert 0 < own["acc_id_util_pct"] < 50 and own["ads_api_access_tier"] == "standard_access", own
    (case,), = json.loads(headers["x-business-use-case-usage"]).values()
    assert case["type"] == "ads_management" and case["estimated_time_to_regain_access"] == 0, case
    # An account of somebody else says the same as one that is not there.
    said = [raw(world, f"{account}/campaigns", token)[1] for account in ["act_41", "act_49"]]
    names = ["x-app-usage", "x-ad-account-usage", "facebook-api-version"]
    assert [set(one) for one in said][0] == [set(one) for one in said][1]
    assert all(said[0][name] and said[1][name] for name in names)


@flow
def an_app_of_the_limited_tier_calls_sixty_times_and_then_waits(world):
    # An account of its own: what is refused here stays refused for minutes.
    account = AdAccount("act_9299", api=world.api("person:506", ["ads_read"]))
    world.do("person:509", app__set_tier={"app": "7001", "tier": "limited"})
    try:
        for _ in range(60):
            account.api_get(fields=["name"])
        error = refused(lambda: account.api_get(fields=["name"]), 400, 80004, 2446079)
        AdAccount("act_9298", api=account.get_api_assured()).api_get(fields=["name"])
    finally:
        world.do("person:509", app__set_tier={"app": "7001", "tier": "full"})
    assert error.api_transient_error()
    (case,), = json.loads(error.http_headers()["x-business-use-case-usage"]).values()
    assert case["estimated_time_to_regain_access"] == 5, case
    assert case["ads_api_access_tier"] == "development_access", case
    told = explained(world, error.body()["error"]["fbtrace_id"], "person:506")
    assert told["explanation"]["first_reason"] == "RATE_LIMITED", told


@flow
def an_answer_that_is_known_is_not_sent_again(world):
    token = world.token("person:502", ["ads_read"])
    status, headers, body = raw(world, "act_11?fields=name", token)
    mark = headers["etag"]
    assert status == 200 and mark and body
    status, headers, body = raw(world, "act_11?fields=name", token, if_none_match=f'"other", {mark}')
    assert (status, headers["etag"], body) == (304, mark, b"")
    status, _, body = raw(world, "act_11?fields=id", token, if_none_match=mark)
    assert status == 200 and body
    status, headers, _ = raw(world, "act_12?fields=name", token, if_none_match=mark)
    assert status == 400 and headers["etag"] is None
    # The SDK takes an empty 304 for a success.
    api = world.of(token)
    api._session.requests.headers["If-None-Match"] = mark
    answer = api.call("GET", ["act_11"], {"fields": "name"})
    assert answer.status() == 304 and answer.is_success()


@flow
def parameters_may_come_as_parts(world):
    token = world.token("person:501")
    parts = {"user": "1001_502", "tasks": '["ANALYZE"]'}
    body = "".join(
        f'--mark\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    ) + "--mark--\r\n"
    kind = "multipart/form-data; boundary=mark"
    path = "2101/assigned_users"
    answer = raw(world, path, token, "POST", body.encode(), content_type=kind)
    assert (answer[0], json.loads(answer[2])) == (200, {"success": True}), answer[2]
    answer = raw(world, path, token, "POST", body[:-12].encode(), content_type=kind)
    assert answer[0] == 400 and json.loads(answer[2])["error"]["code"] == 100

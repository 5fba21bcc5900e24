"""A tool that speaks xAPI through `tincan`. Prints the ids of what it wrote; the first surprise ends it."""

import hashlib
import json
import os
import socket
import sys
import uuid

# The folder of this file would be found first, and it has a `tincan` of its own: this file.
del sys.path[0]

from tincan import (  # noqa: E402
    Activity,
    ActivityDefinition,
    ActivityProfileDocument,
    Agent,
    AgentProfileDocument,
    Context,
    LanguageMap,
    RemoteLRS,
    Result,
    Score,
    StateDocument,
    Statement,
    StatementRef,
    Verb,
)
from tincan.http_request import HTTPRequest  # noqa: E402

socket.setdefaulttimeout(30)

lrs = RemoteLRS(
    version="1.0.3",
    endpoint=os.environ["LRS_ENDPOINT"],
    username=os.environ["LRS_KEY"],
    password=os.environ["LRS_SECRET"],
)
agent = Agent(name="Ada", mbox="mailto:ada-tincan@example.com")
activity = Activity(
    id="https://example.com/courses/tincan",
    definition=ActivityDefinition(name=LanguageMap({"en-US": "A course"})),
)
experienced = Verb(id="http://adlnet.gov/expapi/verbs/experienced", display=LanguageMap({"en-US": "experienced"}))
answered = Verb(id="http://adlnet.gov/expapi/verbs/answered", display=LanguageMap({"en-US": "answered"}))
voided = Verb(id="http://adlnet.gov/expapi/verbs/voided", display=LanguageMap({"en-US": "voided"}))
registration = str(uuid.uuid4())


def good(answer):
    """What the store took or found."""
    assert answer.success, f"{answer.request.method} {answer.request.resource}: {answer.response.status} {answer.data}"
    return answer.content


def refused(answer, status):
    """The store said no."""
    assert (answer.success, answer.response.status) == (False, status), f"{answer.response.status} {answer.data}"


def same(found, expected, what=""):
    """They are equal."""
    assert found == expected, f"{what}: {found!r} is not {expected!r}"


def statement(verb=experienced, **more):
    return Statement(actor=agent, verb=verb, object=activity, context=Context(registration=registration), **more)


def statements():
    # The client puts a statement that has an id, and posts one that has none.
    chosen = str(uuid.uuid4())
    one = good(lrs.save_statement(statement(id=chosen)))
    same(str(one.id), chosen)
    good(lrs.save_statement(statement(id=chosen)))
    refused(lrs.save_statement(statement(answered, id=chosen)), 409)
    two = good(lrs.save_statement(statement()))

    read = good(lrs.retrieve_statement(chosen))
    same((read.actor.mbox, read.verb.id, read.object.id), (agent.mbox, experienced.id, activity.id))
    same(str(read.context.registration), registration)
    assert read.stored is not None and read.authority is not None

    batch = good(lrs.save_statements([statement(answered, result=Result(score=Score(raw=raw))) for raw in range(7)]))
    same(len(batch), 7)

    # The client sends no files; it names where they are.
    attachment = {
        "usageType": "http://id.tincanapi.com/attachment/supporting_media",
        "display": {"en-US": "Notes"},
        "contentType": "text/plain",
        "length": 5,
        "sha2": hashlib.sha256(b"notes").hexdigest(),
        "fileUrl": "https://example.com/notes.txt",
    }
    noted = good(lrs.save_statement(statement(attachments=[attachment])))
    found = good(lrs.retrieve_statement(noted.id))
    same((found.attachments[0].sha2, found.attachments[0].fileurl), (attachment["sha2"], attachment["fileUrl"]))

    for query, count in [
        ({"agent": agent}, 10),
        ({"activity": activity, "verb": answered}, 7),
        ({"registration": registration}, 10),
        ({"agent": Agent(mbox="mailto:nobody@example.com")}, 0),
        ({"activity": activity, "since": read.stored.isoformat()}, 9),
        ({"activity": activity, "until": read.stored.isoformat()}, 1),
        ({"activity": activity, "format": "ids"}, 10),
    ]:
        same(len(good(lrs.query_statements(query)).statements), count, query)

    page = good(lrs.query_statements({"activity": activity, "verb": answered, "ascending": "true", "limit": 3}))
    sizes, seen = [], []
    while True:
        sizes.append(len(page.statements))
        seen += [found.result.score.raw for found in page.statements]
        if not page.more:
            break
        page = good(lrs.more_statements(page))
    same((sizes, seen), ([3, 3, 1], [0, 1, 2, 3, 4, 5, 6]))

    gone = batch[0].id
    voiding = good(lrs.save_statement(Statement(actor=agent, verb=voided, object=StatementRef(id=gone))))
    refused(lrs.retrieve_statement(gone), 404)
    same(good(lrs.retrieve_voided_statement(gone)).id, gone)
    # What refers to a statement is found by what that one says, voided or not.
    left = good(lrs.query_statements({"activity": activity, "verb": answered})).statements
    same({str(found.id) for found in left}, {str(found.id) for found in [*batch[1:], voiding]})

    kept = [one, two, *batch[1:], noted, voiding]
    return {"statements": [str(each.id) for each in kept], "voided": [str(gone)]}


def content(answer):
    """A document's bytes with its ETag, which the client itself does not find among the headers."""
    return bytes(good(answer).content), answer.response.getheader("ETag")


def states():
    state = StateDocument(
        id="bookmark", activity=activity, agent=agent, content='{"page": 3}', content_type="application/json"
    )
    good(lrs.save_state(state))
    found, etag = content(lrs.retrieve_state(activity, agent, "bookmark"))
    same(json.loads(found), {"page": 3})
    same(etag.strip('"'), hashlib.sha1(state.content).hexdigest())
    same(good(lrs.retrieve_state_ids(activity, agent)), ["bookmark"])
    good(lrs.delete_state(state))
    same(lrs.retrieve_state(activity, agent, "bookmark").response.status, 404)
    for name in ("a", "b"):
        good(lrs.save_state(StateDocument(id=name, activity=activity, agent=agent, content="plain")))
    same(content(lrs.retrieve_state(activity, agent, "a"))[0], b"plain")
    good(lrs.clear_state(activity, agent))
    same(good(lrs.retrieve_state_ids(activity, agent)), [])


def make_profile(resource, owner):
    """Writes a new profile; the client itself has no way to say that there must be none yet, which 1.0.3 asks for."""
    request = HTTPRequest(method="PUT", resource=resource, content='{"theme": "dark"}')
    request.headers = {"Content-Type": "application/json", "If-None-Match": "*"}
    request.query_params = {"profileId": "look", **owner}
    return lrs._send_request(request)


def profiles():
    at = {"id": "look", "content": '{"theme": "light"}', "content_type": "application/json"}
    profile = ActivityProfileDocument(activity=activity, **at)
    refused(lrs.save_activity_profile(profile), 400)
    good(make_profile("activities/profile", {"activityId": activity.id}))
    refused(lrs.save_activity_profile(profile), 409)
    found, profile.etag = content(lrs.retrieve_activity_profile(activity, "look"))
    same(json.loads(found), {"theme": "dark"})
    good(lrs.save_activity_profile(profile))
    refused(lrs.save_activity_profile(profile), 412)
    found, profile.etag = content(lrs.retrieve_activity_profile(activity, "look"))
    same(json.loads(found), {"theme": "light"})
    same(good(lrs.retrieve_activity_profile_ids(activity)), ["look"])
    good(lrs.delete_activity_profile(profile))
    same(lrs.retrieve_activity_profile(activity, "look").response.status, 404)

    # Profiles of agents are saved without a precondition, whatever the document's ETag is.
    profile = AgentProfileDocument(agent=agent, **at)
    refused(lrs.save_agent_profile(profile), 400)
    good(make_profile("agents/profile", {"agent": agent.to_json()}))
    refused(lrs.save_agent_profile(profile), 409)
    found, profile.etag = content(lrs.retrieve_agent_profile(agent, "look"))
    same(json.loads(found), {"theme": "dark"})
    same(good(lrs.retrieve_agent_profile_ids(agent)), ["look"])
    good(lrs.delete_agent_profile(profile))
    same(good(lrs.retrieve_agent_profile_ids(agent)), [])


# `lrs.about()` is left out: the client refuses every store that also knows a version newer than 1.0.3.
stranger = RemoteLRS(version="1.0.3", endpoint=lrs.endpoint, username=os.environ["LRS_KEY"], password="guess")
refused(stranger.query_statements({}), 401)
written = statements()
states()
profiles()
print(json.dumps(written))

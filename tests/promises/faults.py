"""Faults that happened to others, in the order of PROMISES.md, and what shows that they do not happen here."""

from __future__ import annotations

from tests.promises import invariants as known
from tests.promises.promise import Promise, Proof, Switch

CONTENT_COMPARED = Switch(
    "sync/outcomes.py", 'return row.digest in (None, command.digest) or command.type == "void"', "return True"
)
DRAFT_LEASED = Switch("static/field/draft.ts", "`silian-draft ${this.key}`", "`${this.key} ${performance.timeOrigin}`")
PRUNES_UNSENT = Switch("static/field/retention.ts", "return old && (", "return !entry.status || old && (")
IN_ORDER = Switch("static/field/journal.ts", "seq: row.last + 1 }", "seq: row.last + 2 }")
NUMBER_TAKEN = Switch(
    "sync/feeds.py",
    'values(counter=_f.counter + bindparam("_by"))',
    'values(counter=_f.counter + 0 * bindparam("_by"))',
)
WAS_KEPT = Switch("sync/deciding.py", 'if command.was == "applied":', "if False:")
OUT_OF_SCOPE = Switch(
    "sync/deciding.py", 'outcome = Outcome("parked", "out_of_scope")', 'return Outcome("applied"), None'
)
SHUTS_OLD = Switch("static/field/store.ts", "        (event.target as IDBDatabase).close();\n", "")
BLOCKED_SAID = Switch("static/field/store.ts", "      blocked,\n", "")
TAKES_OVER = Switch("static/field/sw.ts", "precache(PRECACHE);", "precache(PRECACHE);\nvoid self.skipWaiting();")
QUOTA_TOLD = Switch("static/field/store.ts", '"QuotaExceededError" ? "phone_full"', '"QuotaExceededError" ? "storage"')
REOPENS = Switch(
    "static/field/store.ts",
    'const CONNECTION_LOST = new Set(["InvalidStateError", "UnknownError", "AbortError"]);',
    "const CONNECTION_LOST = new Set<string>();",
)
PORTAL = Switch("static/field/exchange.ts", 'if (!isAnswer(reply.body, batch)) return { kind: "offline" };', "")
ASKED = Switch("static/field/wire.ts", "if ((response.headers.get(ASK) ?? ask) !== ask)", "if (!ask)")
IMMEDIATE = Switch("webapp/db.py", '"BEGIN IMMEDIATE" if write else "BEGIN"', '"BEGIN"')
BUSY_SAID = Switch("webapp/db.py", "BUSY_TIMEOUT_MS = 5_000", "BUSY_TIMEOUT_MS = 60_000")
AUDIENCE_LATER = Switch("sync/audiences.py", "return  # it waits for the next exchange", "raise")
STORED_ONCE = Switch("webapp/blobs/views.py", "            return _here(digest, 200)\n    ", "            pass\n    ")
SENT_ONCE = Switch(
    "webapp/alerts/claims.py", 'waiting = (d.state == "pending") & (d.due_at <= now)', "waiting = d.due_at <= now"
)

FAULTS: tuple[Promise, ...] = (
    Promise(
        "A slow server or two equal requests at once make no copies: the unique key decides.",
        (
            Proof(
                "tests/sync/test_traces.py::test_the_same_commands_by_two_requests_at_once_do_not_set_the_number_back"
            ),
            Proof(
                "tests/sync/test_exchange.py::test_a_known_id_under_another_number_gives_the_same_outcome",
                known.ID_LOOKED_UP,
            ),
        ),
        "formhub#678, kobocat#470",
    ),
    Promise(
        "The same id with another body is refused as id_reused, and both are kept.",
        (
            Proof(
                "tests/sync/test_exchange.py::test_a_known_id_with_other_content_is_refused_and_what_is_stored_stands",
                CONTENT_COMPARED,
            ),
        ),
        "getodk/collect#5317",
    ),
    Promise(
        "One draft in two tabs makes one record: the draft is leased, the id is fixed at “save”.",
        (
            Proof(
                "tests/browser/test_faults_windows.py::test_a_draft_belongs_to_one_window_and_can_be_taken_over",
                DRAFT_LEASED,
            ),
        ),
        "enketo#942",
    ),
    Promise(
        "The phone's copy goes by retention alone, long after its outcome.",
        (
            Proof(
                "tests/field/journal.test.ts: what has not been sent is kept however old it is",
                PRUNES_UNSENT,
            ),
            Proof(
                "tests/field/journal.test.ts: retention goes by the server's clock, from the front, and leaves no hole"
            ),
        ),
        "getodk/getodk#1017",
    ),
    Promise(
        "The queue is ours and in order; Background Sync only wakes it.",
        (
            Proof("tests/field/journal.test.ts: a saved record is there when the app starts anew", IN_ORDER),
            Proof("tests/browser/test_pwa.py::test_the_browser_wakes_the_worker_to_send_after_the_app_was_closed"),
        ),
        "workbox#1984, #3237, #2640",
    ),
    Promise(
        "Rows and the cursor after them are one transaction.",
        (
            Proof(
                "tests/field/documents.test.ts: a document and the cursor after it are kept together or not at all",
                known.CURSOR_WITH_PAGE,
            ),
        ),
        "pouchdb#1240, kinto.js#23",
    ),
    Promise(
        "A row that commits late is not skipped: numbers are given under the feed's lock.",
        (
            Proof("tests/sync/test_changes.py::test_pages_bring_each_document_once", NUMBER_TAKEN),
            Proof("tests/postgres/test_late_commits.py::test_none_is_skipped"),
        ),
        "synapse#7206",
    ),
    Promise(
        "After a restore phones send again and pull again.",
        (
            Proof(
                "tests/field/exchange.test.ts: a restored server gets everything back, also when there is nothing new",
                known.HEALS,
            ),
            Proof("tests/sync/test_changes.py::test_a_restore_between_two_pages_is_noticed"),
            Proof(
                "tests/sync/test_parked.py::test_what_had_been_applied_before_a_restore_is_never_declined_by_the_rules",
                WAS_KEPT,
            ),
        ),
        "cht-core#8093, replicache#335",
    ),
    Promise(
        "A household moved: its reports are parked as out_of_scope, seen by a person, and the author hears of it.",
        (
            Proof("tests/sync/test_exchange.py::test_what_was_once_allowed_is_parked_for_a_person", OUT_OF_SCOPE),
            Proof("tests/places/test_importing.py::test_a_visit_that_waited_while_the_household_moved"),
        ),
        "cht-core#5701, #11306",
    ),
    Promise(
        "“All sent” is shown only when it is true: the badge counts commands without an outcome.",
        (Proof("tests/field/state.test.ts: the sync sentence says what is", known.COUNTED),),
        "cht-core#8303, #5108",
    ),
    Promise(
        "One bad record does not block those behind it: an outcome per command.",
        (
            Proof(
                "tests/sync/test_exchange.py::test_a_handler_that_fails_is_found_and_parked_alone", known.ONE_BAD_ALONE
            ),
            Proof("tests/field/exchange.test.ts: one bad record does not hold up those behind it"),
        ),
        "commcare-android#1807",
    ),
    Promise(
        "Signing out asks, and keeps the queue.",
        (
            Proof(
                "tests/browser/test_faults_session.py::"
                "test_signing_out_with_a_queue_asks_keeps_it_and_the_next_sign_in_sends_it",
                known.FORGETS_UNSENT,
            ),
        ),
        "Expensify/App#11850",
    ),
    Promise(
        "A new store's schema in one tab neither blocks nor breaks another.",
        (
            Proof(
                "tests/field/store.test.ts: another tab's new version is not blocked, and the old one goes on after it",
                SHUTS_OLD,
            ),
            Proof(
                "tests/browser/test_faults_storage.py::"
                "test_a_window_that_does_not_let_go_of_the_store_is_named_and_waited_for",
                BLOCKED_SAID,
            ),
        ),
        "Dexie#2097, chatcraft#149",
    ),
    Promise(
        "A new service worker waits until the person asks it in, when nothing is being written.",
        (
            Proof(
                "tests/browser/test_faults_windows.py::"
                "test_a_new_version_is_offered_and_not_forced_and_the_queue_comes_along",
                TAKES_OVER,
            ),
        ),
        "commaai/connect#316",
    ),
    Promise(
        "A full phone is told on the form, and what was typed stays.",
        (
            Proof("tests/field/store.test.ts: a full phone is told as such, and nothing is kept", QUOTA_TOLD),
            Proof(
                "tests/browser/test_faults_storage.py::"
                "test_a_phone_that_fills_up_between_photo_and_record_says_so_and_keeps_every_word",
                QUOTA_TOLD,
            ),
        ),
        "firebase-js-sdk#5031",
    ),
    Promise(
        "A dropped IndexedDB connection is opened again, once, else told.",
        (Proof("tests/field/store.test.ts: a lost connection is opened again, once", REOPENS),),
        "Dexie#832, #2008",
    ),
    Promise(
        "A wrong clock does not stop the exchange: the server orders.",
        (
            Proof(
                "tests/browser/test_faults_network.py::"
                "test_a_clock_that_is_years_off_changes_neither_order_nor_acceptance"
            ),
        ),
        "actual#3786",
    ),
    Promise(
        "A captive portal's 200 is no answer: type, schema and ids are looked at.",
        (
            Proof("tests/field/exchange.test.ts: a 200 that is not this protocol changes nothing", PORTAL),
            Proof("tests/browser/test_faults_network.py::test_a_portal_s_answer_changes_nothing", PORTAL),
        ),
        "crosspoint-reader#1646",
    ),
    Promise(
        "An answer to an earlier question, handed out again on the way, is none: each answer names its question.",
        (
            Proof(
                "tests/field/exchange.test.ts: "
                "an answer to an earlier question, handed out again on the way, changes nothing",
                ASKED,
            ),
            Proof("tests/protocol/test_envelope.py::test_an_answer_names_its_question"),
            Proof("tests/simulation/run.mjs: b2008", ASKED),
        ),
    ),
    Promise(
        "A writer says so from its start and waits; then 503 with Retry-After.",
        (
            Proof("tests/protocol/test_statuses.py::test_503_while_the_database_is_locked"),
            Proof("tests/kill/test_lock.py::test_a_writer_has_the_lock_before_it_reads", IMMEDIATE),
            Proof("tests/kill/test_lock.py::test_a_lock_of_fifteen_seconds", BUSY_SAID),
            Proof("tests/protocol/test_statuses.py::test_who_only_reads_waits_for_no_lock", AUDIENCE_LATER),
        ),
        "cpython#124510",
    ),
    Promise(
        "A backup holds what the write-ahead log holds, and a drill compares digests.",
        (
            Proof("tests/backup/test_backup.py::test_what_is_only_in_the_write_ahead_log_is_in_the_backup"),
            Proof("tests/backup/test_backup.py::test_a_drill_notices_rows_that_are_not_those_of_the_hour"),
            Proof("tests/backup/test_backup.py::test_a_drill_notices_a_photo_that_has_changed_on_the_disk"),
        ),
        "litestream#752",
    ),
    Promise(
        "The same photo twice is stored once, by its digest.",
        (Proof("tests/protocol/test_blobs.py::TestPut::test_201_then_200", STORED_ONCE),),
        "central-backend#299",
    ),
    Promise(
        "A job that runs twice sends a push once.",
        (
            Proof("tests/alerts/test_claims.py::test_what_was_sent_is_never_taken_again", SENT_ONCE),
            Proof("tests/alerts/test_courier.py::test_a_job_that_runs_twice_sends_once"),
        ),
        "notifications-api#474",
    ),
)

# Learning records: credentials and forwarding.
records-tab = Learning records
records-title = Learning records
records-words = Tools report here what people learnt, and it can be sent on to other stores.
records-delete = Delete
records-edit = Edit
records-save = Save

records-credentials = Credentials
records-credentials-none = No tool has a credential yet.
records-credential-new = New credential
records-credential-name = Name
records-credential-name-hint = The tool that it is for. Statements written with it name it as their authority.
records-credential-create = Make the credential
records-credential-made = The credential is made
records-credential-give = Enter these in { $name }: the endpoint with key and secret, or with the token.
records-credential-once = Copy them now: the secret and the token are not shown again.
records-credential-done = I have them
records-credential-edit-title = Edit the credential of { $name }
records-credential-changed = The credential of { $name } is changed.
records-credential-renew = New secret
records-credential-renew-question = Give { $name } a new secret?
records-credential-renew-goes = The secret and the token that there are end at once: the tool is refused until it has the new ones.
records-credential-renew-stays = The key stays, and what was written with it stays its own.
records-credential-renewed = The credential has a new secret
records-credential-delete-question = Delete the credential of { $name }?
records-credential-delete-goes = The tool is refused from now on.
records-credential-delete-stays = What it wrote stays.
records-credential-deleted = The credential is deleted.
records-scopes = What it may do
records-scope-statements-write = write statements
records-scope-statements-read-mine = read the statements that it wrote
records-scope-statements-read = read all statements
records-scope-state = read and write states
records-scope-profile = read and write profiles of activities and people
records-scope-define = say, by its statements, what activities and people are called
records-scope-all-read = read everything
records-scope-all = everything
records-origins = Web pages that may use it
records-origins-hint = For tools that run in a browser: an origin such as https://tool.example on each line.
records-endpoint = Endpoint
records-key = Key
records-secret = Secret
records-token = Bearer token

records-targets = Forwarding
records-targets-words = Statements are sent on in the order in which they were stored. What does not get through is tried again until it does.
records-targets-none = Nothing is forwarded.
records-target-new = Forward statements
records-target-name = Name
records-target-edit-title = Edit { $name }
records-target-made = Statements are forwarded to { $name }.
records-target-changed = { $name } is changed.
records-target-paused = Nothing more is sent; what is stored meanwhile waits.
records-target-resumed = It goes on.
records-target-delete-question = Stop forwarding to { $name } for good?
records-target-delete-goes = Its settings go, and the list of what it did not want.
records-target-delete-stays = Statements stay, here and there.
records-target-deleted = Nothing is forwarded there any more.
records-endpoint-hint = The address of the other store's interface, such as https://lrs.example/xapi/
records-version = Version of xAPI
records-key-hint = The user name of Basic authentication. Leave it empty when the secret is a bearer token.
records-secret-hint = The password, or the bearer token. It is kept as it is, and not shown again.
records-secret-keep = Leave it empty to keep the one that there is. With another endpoint it has to be entered again.
records-begin = What is sent
records-begin-now = what is stored from now on
records-begin-beginning = everything, from the first statement on
records-selection = Which statements
records-selection-hint = Only those that meet all of these. Leave all of them empty for every statement.
records-verbs = Verbs
records-verbs-hint = The address (IRI) of a verb on each line; one of them is enough.
records-activity = Activity
records-activity-hint = The address (IRI) of an activity that is named anywhere in the statement.
records-agent = Person or group
records-agent-hint = As JSON, such as {"{"}"mbox": "mailto:ada@example.org"{"}"}
records-attachments = Send files along
records-attachments-hint = Without them, attachments that are only here are left out of the statements.
records-state-paused = paused
records-state-trouble = does not get through
records-state-sending = is being sent
records-state-done = up to date
records-behind =
    { $count ->
        [one] { $count } statement waits, for { $age }
        [1000] At least 1000 statements wait, the first for { $age }
       *[other] { $count } statements wait, the first for { $age }
    }
records-trouble =
    { $count ->
        [one] It was tried once without success, since
       *[other] It was tried { $count } times without success, since
    }
records-trouble-next = Next try:
records-try-now = Try now
records-pause = Pause
records-resume = Go on
records-delivered = Delivered
records-statements =
    { $count ->
        [one] { $count } statement
       *[other] { $count } statements
    }
records-waiting = Waiting
records-waiting-none = nothing
records-letters = Statements that were not wanted
records-letters-words = The other store refused these, or failed at them again and again while it took others. They are put aside, so that what comes behind them gets through.
records-letters-none = None.
records-letters-count =
    { $count ->
        [one] { $count } not wanted
       *[other] { $count } not wanted
    }
records-letter-waits = is sent again
records-again = Send again
records-again-all =
    { $count ->
        [one] Send { $count } again
       *[other] Send all { $count } again
    }
records-letters-again =
    { $count ->
        [one] { $count } statement is sent again.
       *[other] { $count } statements are sent again.
    }
records-discard = Give up
records-discard-all =
    { $count ->
        [one] Give { $count } up
       *[other] Give all { $count } up
    }
records-discard-question =
    { $count ->
        [one] Not send { $count } statement?
       *[other] Not send { $count } statements?
    }
records-discard-goes = The other store does not get them. They stay here.
records-letters-gone =
    { $count ->
        [one] { $count } statement is not sent.
       *[other] { $count } statements are not sent.
    }

records-file = As a file
records-file-words = All statements, as JSON on a line each or with their files in a zip: for another store, from another store, or to keep.
records-import-title = Import statements
records-import-words = The statements of another store keep their ids, their times and who vouches for them. The same file again changes nothing.
records-import-file = File
records-import-file-hint = One JSON object a line (NDJSON), or a zip of statements.ndjson and attachments, of { $most } MiB at most. Longer ones:
records-import-try = Only try it
records-import-try-hint = Nothing is written. You see what would become of each line; then import the same file.
records-import-begin = Begin
records-import-begun = It has begun. This page shows how far it is.
records-import-tried = It is tried; nothing is written.
records-import-lines = Lines
records-import-imported = Statements imported
records-import-unchanged = There already
records-import-refused = Lines passed over
records-import-problems = The first lines that were passed over
records-import-statement = Statement
records-import-repeats = So many statements are new that not all ids that stand twice in the file were found: such ones count as imported.
records-import-nothing-yet = Nothing is written yet. When it looks right, import the same file:

records-person-title = What is kept of a person
records-person-words = Whoever asks what is kept of them gets it as a file, and can have it erased or be made nameless in it.
records-person-open = Find a person
records-person-account-field = Account here
records-person-account-hint = The username, the e-mail address, or # and the number of an account: what courses here told of it.
records-person-agents = Known to other tools as
records-person-agents-hint = One on each line: an e-mail address, its SHA-1 hash, an OpenID, or an agent as JSON. All of them are taken for the same person.
records-person-find = Find
records-person-result = The person
records-person-found =
    { $count ->
        [0] No statement names them
        [one] { $count } statement names them
       *[other] { $count } statements name them
    }; { $documents ->
        [0] no document is theirs.
        [one] { $documents } document (state or profile) is theirs.
       *[other] { $documents } documents (states and profiles) are theirs.
    }
records-person-at-least = At least: { $what }
records-person-also = Other tools may know them by their address. Look for it, too:
records-person-export-statements = Export statements
records-person-export-zip = Export statements with files
records-person-export-documents = Export documents
records-person-count = Count what erasing would change
records-person-counting = It is counted; nothing is written.
records-person-first = The first statements
records-person-do-erase = Erase
records-person-do-pseudonymise = Make nameless
records-person-question-erase = Erase { $name } from the learning records?
records-person-question-pseudonymise = Make { $name } nameless in the learning records?
records-person-goes-erase = Statements in which they act, or are acted on, are removed. In all others, such as those of a group, they become nameless, and so they do in those with which they voided something: it has to stay voided.
records-person-goes-pseudonymise = In all of these statements a random name stands in their place. What was done, when and how it went stays.
records-person-documents-go = Their states and profiles are removed, and what they were called is forgotten.
records-person-stays = What was sent on to other stores stays there, and so do backups and exports. Names in free text are not found.
records-person-account = The account stays, and courses that keep learning records go on telling of it. Suspend it first if that is not wanted.
records-person-target = Forwarding to { $name } selects statements by this person, so its settings say who they are. Change them.
records-person-for-good = This cannot be undone.
records-person-begun = It has begun. This page shows how far it is.
records-person-would = What would change
records-person-done = What changed
records-person-removed = Statements removed
records-person-pseudonymised = Statements made nameless
records-person-references = Statements that refer to these
records-person-documents = Documents removed
records-person-nothing-yet = Nothing was changed. Erasing begins where the person is found:

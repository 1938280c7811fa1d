"""The views that training reads: all that it knows of this database (DESIGN.md section 4).

The bot reads `latest_word`, too, on which `training_label` stands.

Plain SQL, the same on SQLite and PostgreSQL. A migration drops the views first and makes them
again last, because a table cannot be copied under a view.
"""

LATEST_WORD = """
CREATE VIEW latest_word AS
SELECT statement_id, photo_sha256, model, class_name, state, weight, person_id, chat_id, said_at
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY photo_sha256, model, class_name, person_id
            ORDER BY said_since DESC, state DESC, statement_id DESC
        ) AS place
    FROM (
        SELECT
            statement.id AS statement_id, statement.photo_sha256, statement.model,
            coalesce(alias.new_name, label.class_name) AS class_name, label.state,
            statement.weight, statement.person_id, statement.chat_id, statement.said_at,
            CASE WHEN statement.said_at >= (
                SELECT max(merged.since) FROM class_alias AS merged
                WHERE merged.model = statement.model
                AND merged.new_name = coalesce(alias.new_name, label.class_name)
                AND merged.line <> merged.new_name
            ) THEN statement.id ELSE 0 END AS said_since,
            row_number() OVER (
                PARTITION BY
                    statement.photo_sha256, statement.model,
                    coalesce(alias.line, label.class_name), statement.person_id
                ORDER BY statement.id DESC, label.state DESC
            ) AS age
        FROM statement
        JOIN statement_label AS label ON label.statement_id = statement.id
        LEFT JOIN class_alias AS alias
            ON alias.model = statement.model AND alias.old_name = label.class_name
        WHERE statement.withdrawn_at IS NULL
    ) AS said
    WHERE age = 1
) AS latest
WHERE place = 1
"""
"""Each person's latest word on (photo, model, class), by the name that the class has now.

Of classes that were merged the photo shows the one that they became if it shows any of them
(`present` sorts after `absent`), until the person says otherwise of that one."""

TRAINING_LABEL = """
CREATE VIEW training_label AS
SELECT
    word.photo_sha256, word.model, word.class_name, word.state,
    word.weight * person.trust AS weight, person.pseudonym AS said_by, word.said_at
FROM latest_word AS word
JOIN person ON person.id = word.person_id
WHERE person.blocked_at IS NULL
"""
"""The latest words of all people: none withdrawn, none of the blocked."""

TRAINING_PHOTO = """
CREATE VIEW training_photo AS
SELECT
    photo.sha256 AS photo_sha256, photo.path, photo.width, photo.height,
    embedding.backbone, embedding.vector AS embedding
FROM photo
LEFT JOIN embedding ON embedding.photo_sha256 = photo.sha256
"""
"""Each photo once for every backbone that saw it; once without embedding if none did."""

TRAINING_FORGOTTEN = """
CREATE VIEW training_forgotten AS
SELECT DISTINCT photo_sha256 FROM forgotten_photo
"""
"""Photos of people who are being forgotten: no memory of a version may hold them any longer."""

TRAINING_RENAME = """
CREATE VIEW training_rename AS
SELECT model, old_name, new_name FROM class_alias
"""
"""How classes are called now that versions know by other names; several may be one by now."""

DROP = (
    "DROP VIEW IF EXISTS training_label",
    "DROP VIEW IF EXISTS latest_word",
    "DROP VIEW IF EXISTS training_photo",
    "DROP VIEW IF EXISTS training_forgotten",
    "DROP VIEW IF EXISTS training_rename",
)
MAKE = (LATEST_WORD, TRAINING_LABEL, TRAINING_PHOTO, TRAINING_FORGOTTEN, TRAINING_RENAME)

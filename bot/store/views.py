"""The views that training reads: all that it knows of this database (DESIGN.md section 4).

Plain SQL, the same on SQLite and PostgreSQL. A migration drops the views first and makes them
again last, because a table cannot be copied under a view.
"""

TRAINING_LABEL = """
CREATE VIEW training_label AS
SELECT photo_sha256, model, class_name, state, weight, said_by, said_at
FROM (
    SELECT
        statement.photo_sha256, statement.model, statement_label.class_name,
        statement_label.state, statement.weight * person.trust AS weight,
        person.pseudonym AS said_by, statement.said_at,
        row_number() OVER (
            PARTITION BY
                statement.photo_sha256, statement.model, statement_label.class_name,
                statement.person_id
            ORDER BY statement.id DESC
        ) AS age
    FROM statement
    JOIN statement_label ON statement_label.statement_id = statement.id
    JOIN person ON person.id = statement.person_id
    WHERE statement.withdrawn_at IS NULL AND person.blocked_at IS NULL
) AS said
WHERE age = 1
"""
"""Each person's latest word on (photo, model, class): none withdrawn, none of the blocked."""

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

DROP = (
    "DROP VIEW IF EXISTS training_label",
    "DROP VIEW IF EXISTS training_photo",
    "DROP VIEW IF EXISTS training_forgotten",
)
MAKE = (TRAINING_LABEL, TRAINING_PHOTO, TRAINING_FORGOTTEN)

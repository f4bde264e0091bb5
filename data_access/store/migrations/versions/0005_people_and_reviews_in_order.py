"""people of a review, and a child's reviews by day, are read off their indexes

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('review_people', schema=None) as batch_op:
        batch_op.drop_index('ix_review_people_authority_review_id')
        batch_op.create_index(batch_op.f('ix_review_people_authority_review_id_speaks_person_involvement'), ['authority', 'review_id', 'speaks', 'person', 'involvement'], unique=False)
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index('ix_reviews_authority_child_id')
        batch_op.create_index(batch_op.f('ix_reviews_authority_child_id_held_on'), ['authority', 'child_id', 'held_on'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reviews_authority_child_id_held_on'))
        batch_op.create_index('ix_reviews_authority_child_id', ['authority', 'child_id'], unique=False)
    with op.batch_alter_table('review_people', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_people_authority_review_id_speaks_person_involvement'))
        batch_op.create_index('ix_review_people_authority_review_id', ['authority', 'review_id'], unique=False)

"""what people record about an IRO's practice and the service, besides children

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('entries', schema=None) as batch_op:
        batch_op.alter_column('child_id', existing_type=sa.Text(), nullable=True)
        batch_op.alter_column('code', existing_type=sa.String(length=8), type_=sa.String(length=64), existing_nullable=True)
        batch_op.add_column(sa.Column('iro_id', sa.Text(), nullable=True, comment="of what is about an IRO's practice: whose"))
        batch_op.add_column(sa.Column('part_of', sa.String(length=32), nullable=True, comment='the entry it belongs to: an action agreed in a supervision'))
        batch_op.add_column(sa.Column('answers', sa.JSON(), nullable=False, server_default='[]', comment='a form as it was filled in: [[question, answer], ...]'))
        batch_op.alter_column('about_on', existing_type=sa.Date(), existing_nullable=False, comment='the duty in force that day, or the day itself', existing_comment='the duty in force that day, or the review held on it')


def downgrade() -> None:
    with op.batch_alter_table('entries', schema=None) as batch_op:
        batch_op.alter_column('about_on', existing_type=sa.Date(), existing_nullable=False, comment='the duty in force that day, or the review held on it', existing_comment='the duty in force that day, or the day itself')
        batch_op.drop_column('answers')
        batch_op.drop_column('part_of')
        batch_op.drop_column('iro_id')
        batch_op.alter_column('code', existing_type=sa.String(length=64), type_=sa.String(length=8), existing_nullable=True)
        batch_op.alter_column('child_id', existing_type=sa.Text(), nullable=False)

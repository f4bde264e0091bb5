"""what nothing reads of duties is no longer written, and an IRO's or a team's children are looked for among
those of a day, without indexes of their own

Revision ID: 0006
Revises: 0005
"""

from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('spans', schema=None) as batch_op:
        batch_op.drop_index('ix_spans_authority_iro_id')
        batch_op.drop_index('ix_spans_authority_team_id')
    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.drop_column('period_ended_on')
        batch_op.drop_column('recorded_on')
        batch_op.drop_column('is_series')
        batch_op.drop_column('attendance_mode')


def downgrade() -> None:
    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attendance_mode', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('is_series', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('recorded_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('period_ended_on', sa.Date(), nullable=True))
    with op.batch_alter_table('spans', schema=None) as batch_op:
        batch_op.create_index('ix_spans_authority_iro_id', ['authority', 'iro_id'], unique=False)
        batch_op.create_index('ix_spans_authority_team_id', ['authority', 'team_id'], unique=False)

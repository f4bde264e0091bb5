"""What the service recorded, in the extract or here, beside what the rules and the extract say."""

# Rules that hold for the database before it is made. A failed precondition stops the plan:
# nothing is made, and nobody waits for a refusal.

resource "terraform_data" "database_rules" {
  lifecycle {
    # RDS refuses it: "MasterUsername admin cannot be used as it is a reserved word".
    # The emulator in this lab does not.
    precondition {
      condition     = !can(regex("^(admin|rdsadmin|pg_.*)$", aws_db_instance.main.username))
      error_message = "RDS for PostgreSQL reserves this user name: choose another."
    }

    # RDS refuses it: "Cannot find version 13.7 for postgres". The emulator does not.
    precondition {
      condition     = tonumber(split(".", aws_db_instance.main.engine_version)[0]) >= 14
      error_message = "RDS no longer makes databases of this version: choose a newer one."
    }

    # Nobody refuses these two. Our team does.
    precondition {
      condition     = nonsensitive(try(length(aws_db_instance.main.password), 0) == 0)
      error_message = "The state file would hold this password in plain text: use password_wo."
    }

    precondition {
      condition     = !aws_db_instance.main.publicly_accessible
      error_message = "The database would get an address that the whole internet can call."
    }
  }
}

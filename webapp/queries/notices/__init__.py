"""What people are told: mails and lines of the notification centre."""

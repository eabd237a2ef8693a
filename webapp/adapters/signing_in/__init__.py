"""How people prove who they are: passwords, passkeys, apps."""

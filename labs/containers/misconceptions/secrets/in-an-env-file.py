#| expect: not yet
#| says: docker inspect tells the password
#| undo: rm .env
# "The password is out of compose.yaml: it stands in .env, which no repository holds."
Path(".env").write_text("PASSWORD=" + Path("password.txt").read_text())
told = Path("compose.yaml").read_text()
Path("compose.yaml").write_text(told.replace("open-sesame", "${PASSWORD}"))

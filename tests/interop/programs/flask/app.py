"""The lines that Qiao says to paste into a Flask application, and a page that shows who it is."""

import os

from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = "only-for-this-test"
exec(os.environ["PASTED"])


@app.get("/")
def home():
    return redirect("/me")


@app.get("/me")
def me():
    return {"sub": session["sub"]} if "sub" in session else ("nobody", 401)


app.run(port=int(os.environ["PORT"]))

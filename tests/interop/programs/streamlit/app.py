"""Streamlit's login, as its documents have it."""

import json

import streamlit as st

if not st.user.is_logged_in:
    st.button("Log in", on_click=st.login)
else:
    st.code(json.dumps(st.user.to_dict()), language=None)
    st.button("Log out", on_click=st.logout)

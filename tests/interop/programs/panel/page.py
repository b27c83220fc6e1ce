"""A page that says whether somebody is there."""

import panel as pn

title = "Signed in" if pn.state.user else "Nobody"
pn.pane.Str(pn.state.user).servable(title=title)

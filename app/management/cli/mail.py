"""``mail``: what administrators are told by SMTP."""

import click

from app.management.cli.webhooks.deliveries import test_mail

mail = click.Group("mail", commands=(test_mail,), help="Write to administrators.")

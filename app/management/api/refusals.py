"""What the packages raise for a value that they cannot take, told as the API tells it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.accounts.records.merge import SENTENCES, CannotMerge
from app.enablement import sources
from app.enablement.sources import InvalidPolicy
from app.management.api.problems import Conflict, Invalid, NotFound, Problem, VersionConflict
from federation import errors as federation
from oidc.clients.metadata_parsing import InvalidMetadata


@contextmanager
def told() -> Iterator[None]:
    """Turns the packages' exceptions into :class:`~app.management.api.problems.ApiProblem`."""
    try:
        yield
    except federation.InvalidFields as error:
        raise Invalid([Problem(*problem) for problem in error.problems]) from error
    except InvalidMetadata as error:
        raise Invalid([Problem(*problem) for problem in error.problems]) from error
    except InvalidPolicy as error:
        raise Invalid([Problem("claims", sentence) for sentence in error.problems]) from error
    except (federation.VersionConflict, sources.VersionConflict) as error:
        raise VersionConflict from error
    except federation.StillInUse as error:
        raise Conflict(error.hint) from error
    except federation.NotFound as error:
        raise NotFound(error.hint) from error
    except CannotMerge as error:
        kind = NotFound if error.reason in ("unknown", "not_found") else Conflict
        raise kind(SENTENCES[error.reason]) from error

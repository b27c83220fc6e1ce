"""The helpers for phones: the Java core runs here, on a JDK, against a live Qiao and sandbox."""

"""A Redis that fails is left alone for a while; then one request finds out for all."""

from redis.exceptions import TimeoutError as RedisTimeout

from app.web.redis_circuit import PAUSE, RedisCircuit


class Hanging:
    """A question to a Redis that hangs until it is mended."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_mended = False

    def __call__(self) -> str:
        self.asked += 1
        if not self.is_mended:
            raise RedisTimeout
        return "answer"


class Ages:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_redis_that_fails_is_not_asked_again_before_the_pause_is_over() -> None:
    hanging, ages = Hanging(), Ages()
    circuit = RedisCircuit(ages)

    answers = [circuit.ask(hanging) for _ in range(5)]
    ages.now += PAUSE - 0.1
    answers.append(circuit.ask(hanging))

    assert answers == [None] * 6
    assert hanging.asked == 1


def test_after_the_pause_one_asks_and_with_its_answer_all_do() -> None:
    hanging, ages = Hanging(), Ages()
    circuit = RedisCircuit(ages)
    circuit.ask(hanging)
    ages.now += PAUSE
    assert circuit.ask(hanging) is None
    assert circuit.ask(hanging) is None
    assert hanging.asked == 2

    hanging.is_mended = True
    ages.now += PAUSE
    assert [circuit.ask(hanging) for _ in range(3)] == ["answer"] * 3

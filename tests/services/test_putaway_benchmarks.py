"""How good the proposed bins are, beside an independent solver; how fast is for `bench putaway` to say."""

import pytest

from app.services.putaway_benchmarks import SEED, walking


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_goods_lie_nearly_as_well_as_they_could_and_far_better_than_anywhere(seed: int) -> None:
    found = walking(120, seed=seed)
    assert 0.95 <= float(str(found["of_optimum"])) <= 1
    assert float(str(found["less_than_random"])) >= 0.2
    assert walking(120, seed=seed) == found, "the same seed says the same"

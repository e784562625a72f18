"""`train` and `adapt`: styles learned from pictures."""

from portrait_style.commands.checks import (
    DONE,
    check_perceptual_weights,
    given_by_user,
    mistakes_named,
)
from portrait_style.terminal import import_tensorflow_quietly


def train(options) -> int:
    """Train, go on with a run, or say what would be done."""
    check_perceptual_weights(vars(options).get("perceptual_weights"))
    import_tensorflow_quietly()
    from portrait_style.training.config import TrainingConfig
    from portrait_style.training.run import plan, train

    fields = given_by_user(options)
    with mistakes_named():
        config = TrainingConfig(**fields)
        if options.dry_run:
            print(plan(config))
        else:
            train(config, resume=options.resume)
            print(options.output)
    return DONE


def adapt(options) -> int:
    """Teach a model one more style."""
    import_tensorflow_quietly()
    from portrait_style.training.adaptation import adapt

    from_user = given_by_user(options)
    with mistakes_named():
        made = adapt(**from_user, progress=True)
    print(made.table())
    print(options.output)
    return DONE

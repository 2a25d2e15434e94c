"""Many offices, many teams, many rotas: shards that any engine may lose and make anew.

A shard is a pure function of its description and of the calls made so far. So a shard that is lost, because
its process was killed or its machine went away, is made anew from its description, its calls are replayed,
and the run goes on with the same bytes.

``engine`` says what an engine does; ``inline``, ``processes`` and ``ray_engine`` are three of them, and
``journal`` keeps what they answered, so that a driver goes on where it was. ``batch`` solves many problems
that share nothing, ``super_teams`` plans one roster that stands in many files, ``checking`` says what stands
in a run's folder.
"""

"""What is drawn while API Gateway waits, on AWS: a function that has libvips in its package.

The gateway waits for 29 seconds; what a picture may take is the function's own setting.
"""

from photohq.entrypoints.aws_lambda import entry
from photohq.settings import functions
from photohq.wiring.aws import pictures

_pictures = pictures(functions.read())

preview = entry("preview_recipe", "compare_versions", pictures=_pictures)

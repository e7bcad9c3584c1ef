"""What a deployment on AWS costs, from counted calls and dated prices."""

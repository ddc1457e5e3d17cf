# make predict   draw the lines of the pictures in data/predict into data/result
# make test      check the code's form and types and run the tests
# make weights   draw the training pictures again and train every shipped network from nothing
# make app       open the local app: every task in a browser, on this computer
# make test-app  run the app's tests, in a browser too if there is one
# make soak      the long fault and load tests
# make web       build the page for browsers in web/dist
# make serve     show it at http://127.0.0.1:8000
# make clean     remove .venv and what checks have left

PYTHON ?= python3
BIN := .venv/bin
MINUTES ?= 118
REFINE_MINUTES ?= 150
REGION_MINUTES ?= 108
SKETCH_MINUTES ?= 41
GREY_MINUTES ?= 44
COLOUR_MINUTES ?= 60

.PHONY: predict test app test-app weights soak web serve clean

predict: .venv/predict
	$(BIN)/python predict.py

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

app: .venv/app
	$(BIN)/python app.py

test-app: .venv/dev .venv/app
	$(BIN)/python -m pytest -q tests/app

soak: .venv/dev
	$(BIN)/python -m pytest -q -m soak -o addopts=

weights: .venv/dev
	rm -rf data/drawn data/checkpoints/shipped
	$(BIN)/python synthesize.py --count 4000 -o data/drawn
	$(BIN)/python train.py --data data/drawn --optimizer adamw --minutes $(MINUTES) --checkpoints data/checkpoints/shipped --fresh
	$(BIN)/python train.py --task regions --optimizer adamw --adversarial-weight 0 --data data/drawn --minutes $(REGION_MINUTES) --checkpoints data/checkpoints/shipped --fresh
	$(BIN)/python train.py --task refine --data data/drawn --minutes $(REFINE_MINUTES) --checkpoints data/checkpoints/shipped --fresh
	$(BIN)/python train.py --task sketch --data data/drawn --minutes $(SKETCH_MINUTES) --checkpoints data/checkpoints/shipped --fresh
	$(BIN)/python train.py --task binary2sketch --adversarial-weight 0 --data data/drawn --minutes $(GREY_MINUTES) --checkpoints data/checkpoints/shipped --fresh
	$(BIN)/python train.py --task colorize --data data/drawn --minutes $(COLOUR_MINUTES) --checkpoints data/checkpoints/shipped --fresh
	for task in lines refine regions sketch binary2sketch colorize; do cp data/checkpoints/shipped/$$task/$$task.keras weights || exit 1; done
	$(BIN)/python export.py weights/lines.keras
	$(BIN)/python export.py weights/refine.keras
	$(BIN)/python export.py weights/regions.keras
	for task in sketch binary2sketch colorize; do $(BIN)/python export.py weights/$$task.keras --half || exit 1; done
	$(BIN)/python -m docs.make_pictures

web: web/node_modules/.package-lock.json .venv/dev
	$(BIN)/python -m web.build

serve: .venv/predict
	$(BIN)/python -m web.serve

web/node_modules/.package-lock.json: web/package-lock.json
	@command -v npm > /dev/null || { echo "npm was not found. On Debian and Ubuntu: apt install npm"; exit 1; }
	npm --prefix web ci --ignore-scripts --no-audit --no-fund

.venv/bin/python:
	$(PYTHON) -m venv .venv || { echo "Making .venv failed. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/predict: requirements-predict.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-predict.txt
	@touch $@

.venv/app: requirements-predict.txt requirements-app.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-app.txt
	@touch $@

.venv/dev: requirements.txt requirements-predict.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@ .venv/predict

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache

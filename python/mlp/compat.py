# SPDX-License-Identifier: MIT
"""scikit-learn's multilayer perceptrons with mlp's library as their solver: the same parameters,
attributes and behaviour, so that only the import changes.

    from mlp.compat import MLPClassifier, MLPRegressor     # was: from sklearn.neural_network import ...

The classes are scikit-learn's. Its code checks arguments and data, encodes labels, draws the
initial weights, keeps `coefs_` and `intercepts_` and predicts with them; only the training is done
here. The library starts from `coefs_` and `intercepts_`, and replaces them with those of the
trained network. That network is also `model_`, an mlp.Model to save, report or export. Needs
scikit-learn 1.7 or newer.

    scikit-learn                    the library
    hidden_layer_sizes, activation  the layers of the network; identity is linear
    solver                          optimizer: sgd is nesterov, momentum, or with momentum=0 sgd;
                                    adam; lbfgs
    alpha                           l2 = alpha / n, with n the number of rows of a batch times the
                                    mean sample weight of all rows. scikit-learn divides alpha / 2
                                    |W|^2 by the sum of the sample weights of the batch
    batch_size                      batch; auto is 200, or all rows if they are fewer
    learning_rate_init              learning_rate
    learning_rate, power_t          constant is one training run. With sgd, invscaling trains each
                                    epoch separately, and adaptive until the loss no longer
                                    improves; each run continues the velocity of the run before
    max_iter                        epochs
    max_fun                         bounds epochs, too: each step of lbfgs computes the loss at
                                    least once
    tol, n_iter_no_change           scikit-learn's rule, applied after each epoch. lbfgs has no
                                    `tol`: it ends at the limit of double precision, or with
                                    max_iter
    early_stopping,
    validation_fraction             a validation table of the rows that scikit-learn would set aside
    momentum, beta_1, beta_2        momentum, beta1, beta2
    random_state                    draws the initial weights and the validation rows as
                                    scikit-learn does, and the seed of the order of rows
    epsilon, shuffle                the library uses 1e-8, and shuffles unless a batch has all rows;
                                    other values are refused

The library's squared error is twice scikit-learn's. For it, l2 is therefore doubled, and the
learning rate of sgd halved.

Differences:
    - Batches have the rows in another order, and training computes in 32 bits, so that the
      results of sgd and adam differ.
    - The weights after training are those of the epoch with the least training loss, not of the
      last.
    - `loss_curve_` does not contain the penalty of alpha.
    - With several targets, lbfgs minimises the sum of their losses (scikit-learn: their mean,
      with the gradient of the sum).
    - With several targets, `validation_scores_` are about all of them together; with several
      labels per row, they are R^2. Sample weights do not count in them."""
import warnings
from types import SimpleNamespace

import numpy as np
from scipy.sparse import issparse
from sklearn import neural_network
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from ._errors import DataError
from ._library import lib
from ._tables import from_columns
from ._train import Memory, Steps, Training

TARGET, WEIGHT = "y", "sample weight"
ACTIVATIONS = {"identity": "linear", "logistic": "logistic", "tanh": "tanh", "relu": "relu"}
LEAST_RATE = 1e-6  # the learning rate at which "adaptive" ends, as in scikit-learn
NOT_FINITE = ("Solver produced non-finite parameter weights. The input data may contain large values and need to be "
              "preprocessed.")


class _Solved:
    """The two solvers that scikit-learn's `_fit` calls, implemented by the library."""

    def _fit_lbfgs(self, X, y, sample_weight, *scratch):
        rows = _weight_of(X.shape[0], sample_weight)
        settings = {"optimizer": "lbfgs", "l2": self._doubling() * self.alpha / rows,
                    "epochs": min(self.max_iter, self.max_fun)}
        self._train(X, y, sample_weight, settings, self._say if self.verbose else None)
        figures = self.model_.metadata["training"]
        self.n_iter_ = figures["epochs"]
        squares = sum(float((weights.astype(float) ** 2).sum()) for weights in self.coefs_)
        self.loss_ = figures["training_loss"] / self._share() + self.alpha / 2 * squares / rows
        if self.n_iter_ == settings["epochs"]:
            warnings.warn(f"lbfgs has not converged after {self.n_iter_} iterations, which max_iter or max_fun allow",
                          ConvergenceWarning)

    def _fit_stochastic(self, X, y, sample_weight, activations, deltas, coef_grads, intercept_grads, layer_units,
                        incremental):
        if self.early_stopping and incremental:
            raise ValueError("partial_fit does not support early_stopping=True")
        validating = None
        if self.early_stopping:
            X, y, sample_weight, validating = self._set_aside(X, y, sample_weight)
        if not incremental or not hasattr(self, "_optimizer"):
            self._optimizer = SimpleNamespace(learning_rate=self.learning_rate_init, memory=Memory())
        settings, most = self._steps(X.shape[0], sample_weight), 1 if incremental else self.max_iter
        self.n_iter_, go_on = 0, True
        while go_on and self.n_iter_ < most:
            go_on = self._at_one_rate(X, y, sample_weight, validating, settings, most - self.n_iter_)
        if self.n_iter_ == self.max_iter and go_on and not incremental:
            warnings.warn(f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization "
                          "hasn't converged yet.", ConvergenceWarning)

    # --- stochastic steps ---

    def _schedule(self):
        return self.learning_rate if self.solver == "sgd" else "constant"

    def _steps(self, rows, sample_weight):
        """The library's options for training with batches."""
        batch = min(200, rows) if self.batch_size == "auto" else self.batch_size
        if batch > rows:
            warnings.warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped")
            batch = rows
        if not self.shuffle and batch < rows:
            raise ValueError("shuffle=False: rows are always shuffled; with batch_size of all rows that makes no difference")
        settings = {"batch": batch, "l2": self._doubling() * self.alpha / _weight_of(batch, sample_weight)}
        if self.solver == "adam":
            if self.epsilon != 1e-8:
                raise ValueError(f"epsilon={self.epsilon}: adam has 1e-8 here, which cannot be set")
            return {**settings, "optimizer": "adam", "beta1": self.beta_1, "beta2": self.beta_2}
        if self.momentum == 0:
            return {**settings, "optimizer": "sgd"}
        return {**settings, "optimizer": "nesterov" if self.nesterovs_momentum else "momentum",
                "momentum": self.momentum}

    def _at_one_rate(self, X, y, sample_weight, validating, settings, most):
        """Trains epochs at the current learning rate. Returns False if training is to end, and True
        if another rate follows or `most` epochs are done."""
        schedule, rate = self._schedule(), self._optimizer.learning_rate
        epochs, before = 1 if schedule == "invscaling" else most, self.n_iter_
        best = validating and (self.best_validation_score_, self.coefs_, self.intercepts_, getattr(self, "model_", None))
        if self.solver == "sgd":
            rate /= self._doubling()
        self._train(X, y, sample_weight, {**settings, "learning_rate": rate, "epochs": epochs},
                    lambda now: self._see(now, X.shape[0], validating), validating)
        if self.model_.metadata["training"]["stop_reason"] == "diverged":  # in an epoch without metrics
            self._count(float("nan"), float("nan"), X.shape[0], validating)
            return False
        if validating and best[0] > -np.inf and not self.best_validation_score_ > best[0]:
            _, self.coefs_, self.intercepts_, self.model_ = best
        if schedule == "invscaling":
            self._optimizer.learning_rate = self.learning_rate_init / (self.t_ + 1) ** self.power_t
        if self._no_improvement_count > self.n_iter_no_change:
            if schedule != "adaptive" or self._optimizer.learning_rate <= LEAST_RATE:
                return False
            self._optimizer.learning_rate /= 5
            self._no_improvement_count = 0
        elif self.n_iter_ < before + epochs:
            warnings.warn("Training interrupted by user.")
            return False
        return True

    def _see(self, now, rows, validating):
        """Called after each epoch. Returning False stops training."""
        score = None
        if validating is not None:
            score = now.validation_metric if self._labelled() else validating.r2(now.validation_metric)
        self._count(now.training_loss / self._share(), score, rows, validating)
        if self.verbose:
            self._say(now)
        return self._no_improvement_count <= self.n_iter_no_change

    def _count(self, loss, score, rows, validating):
        """Records an epoch as scikit-learn does, with its rule for epochs without improvement."""
        self.n_iter_ += 1
        self.t_ += rows
        self.loss_ = loss
        self.loss_curve_.append(loss)
        if validating is None:
            better, self.best_loss_ = not loss > self.best_loss_ - self.tol, min(self.best_loss_, loss)
        else:
            self.validation_scores_.append(score)
            better = not score < self.best_validation_score_ + self.tol
            self.best_validation_score_ = max(self.best_validation_score_, score)
        self._no_improvement_count = 0 if better else self._no_improvement_count + 1

    def _say(self, now):
        print(f"Iteration {now.epoch}, loss = {now.training_loss / self._share():.8f}")

    def _set_aside(self, X, y, sample_weight):
        """Sets validation rows aside as scikit-learn does, stratified if each row has one label."""
        stratify = y if is_classifier(self) and self.n_outputs_ == 1 else None
        weights = np.ones(X.shape[0]) if sample_weight is None else sample_weight
        X, X_out, y, y_out, weights, _ = train_test_split(X, y, weights, random_state=self._random_state,
                                                          test_size=self.validation_fraction, stratify=stratify)
        if X_out.shape[0] < 2:
            raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your "
                             "dataset.")
        return X, y, None if sample_weight is None else weights, _Validating(X_out, y_out)

    # --- training by the library ---

    def _doubling(self):
        return 2 if self.loss == "squared_error" else 1

    def _share(self):
        """The library's loss divided by scikit-learn's: the library's squared error is twice as
        large, and summed over the outputs instead of averaged."""
        return 2 * self.n_outputs_ if self.loss == "squared_error" else 1

    def _train(self, X, y, sample_weight, settings, on_epoch, validating=None):
        """Trains from the current weights, and replaces them with those of the trained model."""
        initial = self._model_of_weights()
        settings = {"validation": 0, **self._task(), **settings, "seed": int(self._random_state.randint(2**31 - 1))}
        if validating is not None:
            settings.update(validation=None, patience=0, metric="accuracy" if self._labelled() else "rmse")
        inputs, targets = self._inputs(X), self._targets(y, initial.labels)
        if any((values == values[0]).all() for _, values in targets):
            inputs, targets, sample_weight = _with_a_difference(inputs, targets, sample_weight, initial.labels)
            settings["batch"] = "full" if settings.get("batch") == X.shape[0] else settings.get("batch")
        columns = inputs + targets
        if sample_weight is not None:
            columns.append((WEIGHT, np.ascontiguousarray(sample_weight, dtype=float)))
            settings["weight_column"] = WEIGHT
        table = None if validating is None else from_columns(
            self._inputs(validating.X) + self._targets(validating.y, initial.labels)
            + ([] if sample_weight is None else [(WEIGHT, np.ones(validating.X.shape[0]))]))
        try:
            given = from_columns(columns), table, settings, initial, on_epoch
            self.model_ = (Training(*given) if self.solver == "lbfgs" else Steps(self._optimizer.memory, *given)).run()
        except DataError as failure:
            if "diverged" not in str(failure) and "finite" not in str(failure):
                raise
            raise ValueError(f"{NOT_FINITE} {failure}") from failure
        self._take(self.model_, X.dtype)

    def _multilabel(self):
        return is_classifier(self) and self.n_outputs_ > 1 and self.out_activation_ == "logistic"

    def _labelled(self):
        """Whether each row has one label, which is classification for the library. Several labels
        per row are targets of 0 or 1 for the library."""
        return is_classifier(self) and not self._multilabel()

    def _names(self):
        return [str(name) for name in getattr(self, "feature_names_in_", [])] or [
            f"x{c + 1}" for c in range(self.n_features_in_)]

    def _inputs(self, X):
        X = X.toarray() if issparse(X) else X
        return [(name, X[:, c]) for c, name in enumerate(self._names())]

    def _targets(self, y, labels):
        if not self._labelled():
            return [(name, y[:, k].astype(float)) for k, name in enumerate(self._target_names())]
        codes = y[:, 0].astype(int) if self.n_outputs_ == 1 else y.argmax(axis=1)
        return [(TARGET, np.array(labels, dtype=object)[codes])]

    def _target_names(self):
        count = 1 if self._labelled() else self.n_outputs_
        return [TARGET] if count == 1 else [f"{TARGET}{k + 1}" for k in range(count)]

    def _task(self):
        return {"task": "classification" if self._labelled() else "regression", "target": self._target_names(),
                "quality": "fast", "numeric": self._names()}

    def _model_of_weights(self):
        """A model with the current weights that does not scale its inputs: it is trained on columns
        with as many -1 as 1, whose standard scores are the values themselves."""
        hidden = [weights.shape[1] for weights in self.coefs_[:-1]]
        settings = {**self._task(), "validation": 0, "epochs": 1, "activation": ACTIVATIONS[self.activation],
                    "hidden": ",".join(map(str, hidden)) or "none"}
        if self._multilabel() or self.loss == "poisson":
            settings["loss"] = "binary-cross-entropy" if self._multilabel() else "poisson"
        model = self._model_as_it_is(settings)
        _parameters(model)[:] = np.concatenate([weights.T.ravel() for weights in self.coefs_]
                                               + [-intercepts for intercepts in self.intercepts_])
        return model

    def _model_as_it_is(self, settings):
        """A model that does not scale its inputs. Its labels are the classes as texts, unless the
        library sorts these differently or takes one for a missing value: then the labels are
        numbered."""
        if not self._labelled():
            return self._model_of_ones(settings, [])
        classes = list(self.classes_) if len(self.classes_) > 1 else [*self.classes_, "another"]
        texts = [str(label) for label in classes]
        try:
            model = self._model_of_ones(settings, texts)
            if model.labels == texts:
                return model
        except DataError:
            pass
        return self._model_of_ones(settings, [f"class {k:06d}" for k in range(len(classes))])

    def _model_of_ones(self, settings, labels):
        ones = np.tile([-1.0, 1.0], max(1, len(labels)))
        numbers = ones > 0 if self._multilabel() else ones + (self.loss == "poisson")
        targets = [(TARGET, np.repeat(np.array(labels, dtype=object), 2))] if labels else [
            (name, numbers.astype(float)) for name in self._target_names()]
        columns = [(name, ones) for name in self._names()] + targets
        return Training(from_columns(columns), None, settings).run()

    def _take(self, model, dtype):
        flat, at = _parameters(model).astype(dtype), 0
        shapes = [weights.shape for weights in self.coefs_]
        self.coefs_, self.intercepts_ = [], []
        for inputs, units in shapes:
            self.coefs_.append(flat[at:at + inputs * units].reshape(units, inputs).T.copy())
            at += inputs * units
        for _, units in shapes:
            self.intercepts_.append(-flat[at:at + units])  # the library has h = Wx - b
            at += units


class _Validating:
    """The validation rows."""

    def __init__(self, X, y):
        self.X, self.y, self.variance = X, y, float(np.var(y, axis=0).mean())

    def r2(self, rmse):
        """R^2 from the RMSE; for constant targets, as scikit-learn defines it."""
        if self.variance == 0:
            return float(rmse == 0)
        return 1 - rmse**2 / self.variance


def _weight_of(rows, sample_weight):
    """The divisor of alpha for `rows` rows: their number times the mean sample weight."""
    return rows if sample_weight is None else rows * float(np.mean(sample_weight))


def _parameters(model):
    """All weights, then all biases of the model's network, as a view of its memory. It may be
    written to only while nothing else uses the model."""
    network = lib.mlp_model_network(model._handle)
    return np.ctypeslib.as_array(lib.mlp_network_parameters_const(network), (lib.mlp_network_size(network),))


def _with_a_difference(inputs, targets, sample_weight, labels):
    """Appends a row of weight 0 with other targets, since the library refuses constant targets."""
    weights = np.ones(len(targets[0][1])) if sample_weight is None else sample_weight
    others = [next(label for label in labels if label != values[0]) if labels else float(values[0] == 0)
              for _, values in targets]
    return ([(name, np.append(values, values[0])) for name, values in inputs],
            [(name, np.append(values, other)) for (name, values), other in zip(targets, others)], np.append(weights, 0.0))


class MLPClassifier(_Solved, neural_network.MLPClassifier):
    """sklearn.neural_network.MLPClassifier, trained by mlp. Parameters and attributes are the same;
    see mlp.compat."""


class MLPRegressor(_Solved, neural_network.MLPRegressor):
    """sklearn.neural_network.MLPRegressor, trained by mlp. Parameters and attributes are the same;
    see mlp.compat."""

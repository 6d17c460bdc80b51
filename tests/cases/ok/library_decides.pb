y = torch.std(X, dim=0)

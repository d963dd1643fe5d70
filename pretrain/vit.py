"""A plain pre-norm Vision Transformer: class token, learned positions, exact GELU, timm's parameter names."""
import torch
import torch.nn.functional as F
from torch import nn

EPS = 1e-6
MEAN, STD = 0.5, 0.25


def prepare(images):
    """uint8 [n, 32, 32, 3] -> float [n, 3, 32, 32], normalised."""
    return (images.permute(0, 3, 1, 2).float() / 255 - MEAN) / STD


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, d))


class Mlp(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(dim, hidden), nn.Linear(hidden, dim)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, dim, heads, hidden):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(dim, eps=EPS), Attention(dim, heads)
        self.norm2, self.mlp = nn.LayerNorm(dim, eps=EPS), Mlp(dim, hidden)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, dim, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, dim, patch, patch)

    def forward(self, x):
        """The convolution as one matrix product (faster on a CPU)."""
        n, c, h, w = x.shape
        p = self.proj.kernel_size[0]
        x = x.view(n, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5).reshape(n, (h // p) * (w // p), c * p * p)
        return F.linear(x, self.proj.weight.flatten(1), self.proj.bias)


class ViT(nn.Module):
    def __init__(self, image_size=32, patch_size=8, dim=128, depth=6, heads=4, mlp_dim=512):
        super().__init__()
        self.config = dict(image_size=image_size, patch_size=patch_size, dim=dim, depth=depth, heads=heads, mlp_dim=mlp_dim)
        tokens = (image_size // patch_size) ** 2
        self.patch_embed = PatchEmbed(dim, patch_size)
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim) * 0.02)
        self.pos_embed = nn.Parameter(torch.randn(1, 1 + tokens, dim) * 0.02)
        self.blocks = nn.ModuleList(Block(dim, heads, mlp_dim) for _ in range(depth))
        self.norm = nn.LayerNorm(dim, eps=EPS)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.05)
                nn.init.zeros_(module.bias)

    def tokens(self, x):
        x = self.patch_embed(x)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def forward(self, x):
        """The class token after the last norm."""
        return self.tokens(x)[:, 0]

    def flops(self):
        """Multiply-adds times two of one forward pass of one image."""
        c = self.config
        t, d = (c["image_size"] // c["patch_size"]) ** 2 + 1, c["dim"]
        block = 2 * t * (4 * d * d + 2 * d * c["mlp_dim"]) + 4 * t * t * d
        return c["depth"] * block + 2 * (t - 1) * d * 3 * c["patch_size"] ** 2
